"""The card of a link as messengers find it: named in the head of the page, with a picture."""

import html
import re

import pytest

from tests.support.requesting import request


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_head_of_a_page_names_its_card_whose_picture_is_there(server, host):
    address = f"http://{host}:{server.port}/"
    page = request(f"{address}?lang=de&feature=knowledge_institutes.university_of_munster").text
    said = {
        name: html.unescape(text) for name, text in re.findall(r'property="og:(\w+)" content="(.*?)"', page)
    }
    assert said["title"] == "Universität Münster (früher WWU)"
    assert said["image"].startswith(f"{address}card.png?")
    picture = request(said["image"])
    assert picture.headers["content-type"] == "image/png"
    assert picture.body.startswith(b"\x89PNG")
