"""What a redactor left standing and what it touched without need."""


def left_standing(text, spans, output):
    """The spans (type, value) of `text` whose value still stands in `output`.

    A value that stands outside the spans too, as a year may, counts for the times that it stands
    beyond those.
    """
    characters = list(text)
    for span in spans:
        characters[span["start"]:span["end"]] = "\0" * (span["end"] - span["start"])
    outside = "".join(characters)
    values = {}
    for span in spans:
        values.setdefault(text[span["start"]:span["end"]], []).append(span["type"])
    left = []
    for value, types in values.items():
        more = max(0, output.count(value) - outside.count(value))
        left += [(name, value) for name in types[:more]]
    return left


def score(records, outputs):
    """Adds up `records` (text, spans) and what became of their texts."""
    total = {"values": 0, "left": 0, "clean": 0, "changed": 0, "types": {}}
    for record, output in zip(records, outputs, strict=True):
        text, spans = record["text"], record["spans"]
        if not spans:
            total["clean"] += 1
            total["changed"] += output != text
            continue
        for span in spans:
            total["values"] += 1
            total["types"].setdefault(span["type"], {"values": 0, "left": 0})["values"] += 1
        for name, _ in left_standing(text, spans, output):
            total["left"] += 1
            total["types"][name]["left"] += 1
    return total


def recall(scores, name):
    """Of the values of a type in all files, the share that no longer stands; None without any."""
    rows = [row["types"][name] for row in scores if name in row["types"]]
    values = sum(row["values"] for row in rows)
    return 1 - sum(row["left"] for row in rows) / values if values else None


def share(part, whole):
    return part / whole if whole else None


def test():
    text = "Code 1234 for Ann, call Ann in 1234 minutes"
    spans = [{"start": 5, "end": 9, "type": "OTP"}, {"start": 14, "end": 17, "type": "PERSON"},
             {"start": 24, "end": 27, "type": "PERSON"}]
    assert left_standing(text, spans, text) == [
        ("OTP", "1234"), ("PERSON", "Ann"), ("PERSON", "Ann")]
    assert left_standing(text, spans, "Code * for Ann, call * in 1234 minutes") == [
        ("PERSON", "Ann")]
    assert left_standing(text, spans, "") == []
    records = [{"text": text, "spans": spans}, {"text": "ok", "spans": []},
               {"text": "see you", "spans": []}]
    total = score(records, ["Code * for *, call Ann in 1234 minutes", "ok", "see *"])
    assert (total["values"], total["left"], total["clean"], total["changed"]) == (3, 1, 2, 1)
    assert recall([total], "OTP") == 1 and recall([total], "PERSON") == .5
    assert recall([total], "URL") is None
