"""From an objective to a picture: the plan, the canvas and the loop."""
