import hashlib

import pytest

from impasto.evaluation.pairs import Original, Pair, check_names, read_pairs


def test_paths_are_relative_to_the_file(write_pairs, originals, monkeypatch, tmp_path_factory):
    file = write_pairs(
        "photos/cat.png,paintings/wave.png", f"{originals}/photos/dog.png ,paintings/wave.png", ""
    )
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    one, two = read_pairs(file)
    assert [one.name, two.name] == ["cat--wave", "dog--wave"]
    data = (originals / "photos/cat.png").read_bytes()
    assert one.content.sha256 == hashlib.sha256(data).hexdigest()
    assert one.style == two.style
    assert one.style.name == "wave"


def test_a_spreadsheet_may_begin_with_a_mark(originals):
    path = originals / "pairs.csv"
    path.write_bytes("content,style\r\nphotos/cat.png,paintings/wave.png\r\n".encode("utf-8-sig"))
    assert [pair.name for pair in read_pairs(str(path))] == ["cat--wave"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system(originals, end):
    path = originals / "pairs.csv"
    path.write_bytes(f"content,style{end}photos/cat.png,paintings/wave.png{end}".encode())
    assert [pair.name for pair in read_pairs(str(path))] == ["cat--wave"]


CASES = {
    "another header": ("photo,painting\na,b", "pairs.csv begins with 'photo,painting'; expected"),
    "other commas": ("content;style\na;b", "line 'content,style', with commas and no semico"),
    "empty": ("", "pairs.csv begins with ''; expected the line 'content,style'"),
    "no pair": ("content,style\n\n", "pairs.csv names no pair"),
    "one name": (
        "content,style\nphotos/cat.png",
        "line 2 of .*pairs.csv is 'photos/cat.png'; exp",
    ),
    "three names": ("content,style\na,b,c", "line 2 of .*pairs.csv is 'a,b,c'; expected"),
    "no style": ("content,style\nphotos/cat.png,", "line 2 of .*pairs.csv is 'photos/cat.png,'"),
    "missing": (
        "content,style\nphotos/no.png,paintings/wave.png",
        "line 2 of .*csv: there is no file",
    ),
    "a folder": ("content,style\nphotos,paintings/wave.png", "photos is a folder"),
    "no picture": ("content,style\npairs.csv,paintings/wave.png", "pairs.csv isn't a picture"),
    "standard input": ("content,style\n-,paintings/wave.png", "has - for a picture"),
    "no text": (b"content,style\n\xff\xfe,b", "line 2 of .*pairs.csv is no text in UTF-8"),
    "no text behind a mark": (b"\xef\xbb\xbfcontent,style\n\xff", "line 2 of .*no text in UTF-8"),
    "open quotes": ('content,style\n"a,b', "line 2 of .*pairs.csv is no CSV"),
    "twice": (
        "content,style\n" + 2 * "photos/cat.png,paintings/wave.png\n",
        "with line 3 of .*pairs.csv there are two pairs that would be called cat--wave",
    ),
}


@pytest.mark.parametrize("text, message", CASES.values(), ids=CASES)
def test_one_sentence_for_what_is_wrong(originals, text, message):
    path = originals / "pairs.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ValueError, match=message) as caught:
        read_pairs(str(path))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(originals):
    with pytest.raises(ValueError, match=r"no.csv can't be read \(No such file"):
        read_pairs(str(originals / "no.csv"))


def test_two_files_of_one_name(write_pairs, originals):
    """Among photos or among paintings; a photo may have the name of a painting."""
    (originals / "photos/wave.png").write_bytes((originals / "photos/cat.png").read_bytes())
    read_pairs(write_pairs("photos/wave.png,paintings/wave.png"))
    (originals / "cat.png").write_bytes((originals / "photos/dog.png").read_bytes())
    file = write_pairs("photos/cat.png,paintings/wave.png", "cat.png,paintings/night.png")
    with pytest.raises(ValueError, match=r"two pictures of the name cat as content: .*rename one"):
        read_pairs(file)


def test_the_same_picture_at_two_places_is_one(write_pairs, originals):
    (originals / "cat.png").write_bytes((originals / "photos/cat.png").read_bytes())
    read_pairs(write_pairs("photos/cat.png,paintings/wave.png", "cat.png,paintings/night.png"))


def test_one_picture_of_two_names_would_count_twice(write_pairs, originals):
    (originals / "sea.png").write_bytes((originals / "paintings/wave.png").read_bytes())
    file = write_pairs("photos/cat.png,paintings/wave.png", "photos/dog.png,sea.png")
    with pytest.raises(ValueError, match=r"two names of one picture as style, .*leave the other"):
        read_pairs(file)


def test_names_that_differ_in_capitals_are_one(write_pairs, originals):
    (originals / "Cat.png").write_bytes((originals / "photos/dog.png").read_bytes())
    file = write_pairs("photos/cat.png,paintings/wave.png", "Cat.png,paintings/night.png")
    with pytest.raises(ValueError, match="two pictures of the name Cat as content"):
        read_pairs(file)


def test_names_that_would_be_joined_alike():
    def pair(content, style):
        return Pair(Original(content, content, (1, 1)), Original(style, style, (1, 1)))

    with pytest.raises(ValueError, match="two pairs that would be called a--b--c"):
        check_names([pair("a--b.png", "c.png"), pair("a.png", "b--c.png")])
