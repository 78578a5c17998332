"use strict";

// Two of the pictures further down lie over each other. Left of the edge one sees the one, right of
// it the other: both are clipped at `--edge`, a share of the width in percent.

const STEP = 1; // percent, for an arrow key
const LEAP = 10; // for Page Up, Page Down, and an arrow key with Shift

const stage = document.querySelector(".stage");
const slider = document.getElementById("slider");
const sources = document.querySelectorAll(".gallery img");
const choices = { left: document.getElementById("left"), right: document.getElementById("right") };

function show() {
  for (const [side, choice] of Object.entries(choices)) {
    const source = sources[Number(choice.value)];
    const picture = document.getElementById(`${side}-picture`);
    picture.src = source.src;
    picture.alt = source.alt;
  }
  move(Number(slider.getAttribute("aria-valuenow")));
}

function move(percent) {
  const edge = Math.min(100, Math.max(0, percent));
  const [left, right] = [choices.left, choices.right].map((each) => each.selectedOptions[0].text);
  stage.style.setProperty("--edge", `${edge}%`);
  slider.setAttribute("aria-valuenow", String(Math.round(edge)));
  slider.setAttribute("aria-valuetext", `${Math.round(edge)} %: ${left} to the left, ${right} to the right`);
}

function follow(event) {
  const box = stage.getBoundingClientRect();
  move((100 * (event.clientX - box.left)) / box.width);
}

stage.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  event.preventDefault(); // no selection, no dragging of the picture
  stage.setPointerCapture(event.pointerId);
  slider.focus({ preventScroll: true });
  follow(event);
});

stage.addEventListener("pointermove", (event) => {
  if (stage.hasPointerCapture(event.pointerId)) follow(event);
});

slider.addEventListener("keydown", (event) => {
  const now = Number(slider.getAttribute("aria-valuenow"));
  const step = event.shiftKey ? LEAP : STEP;
  const places = {
    ArrowLeft: now - step,
    ArrowDown: now - step,
    ArrowRight: now + step,
    ArrowUp: now + step,
    PageDown: now - LEAP,
    PageUp: now + LEAP,
    Home: 0,
    End: 100,
  };
  if (!(event.key in places) || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  move(places[event.key]);
});

document.getElementById("swap").addEventListener("click", () => {
  [choices.left.value, choices.right.value] = [choices.right.value, choices.left.value];
  show();
});

for (const choice of Object.values(choices)) choice.addEventListener("change", show);

show();
