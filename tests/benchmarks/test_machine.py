from machine import commit, machine


def test_it_says_what_was_measured_and_on_what():
    found = machine()
    assert found["arithmetic"]["chosen"] in ("bfloat16", "float32")
    assert found["threads"] >= 1
    assert found["versions"]["torch"]


def test_the_commit_is_that_of_the_code():
    found = commit()
    assert found is None or len(found.rstrip("+")) >= 7
