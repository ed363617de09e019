"""What the browser relies on in a layer's content."""

import json

from geodata import LayerData


def check_content(data: LayerData) -> None:
    """Hold a layer to what the browser relies on."""

    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    document = json.loads(data.content.decode(), parse_constant=refuse)
    assert [one["id"] for one in document["features"]] == list(data.properties)
    for properties in data.properties.values():
        assert set(properties) <= {"name", "description", *data.layer.fields}
        assert isinstance(properties["name"], str)
        for name, value in properties.items():
            if name in data.layer.fields and data.layer.fields[name].type in ("integer", "number"):
                assert abs(value) < 2**53 or isinstance(value, float)
