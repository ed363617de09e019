"""Travel times by rail, as the server answers requests for them."""

import json
import urllib.request

QUERY = {"reach": "hengelo", "minutes": "60", "scenario": "through_train", "against": "electrification",
         "waiting": "1", "to": "cities.munster", "border": "1"}  # fmt: skip


def test_the_server_answers_in_little_and_says_what_it_does_not_know(server):
    with urllib.request.urlopen(f"{server.url}/reach.json?reach=hengelo&scenario=wish&lang=de") as answer:  # noqa: S310
        content = answer.read()
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert len(content) < 20_000
    assert json.loads(content)["problems"] == ["Die Adresse verweist auf ein unbekanntes Szenario „wish“."]
