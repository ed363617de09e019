"""Each rule on figures, dates, tracks and wording finds one broken example, and says how to mend it."""

import datetime
from dataclasses import replace

import pytest

from geodata import check_atlas, find_warnings
from geodata.check.stated_figures import check_stated
from geodata.check.told_numbers import is_told_right

TODAY = datetime.date(2026, 11, 30)

CLAIMS = """
dated_by = "counted_on"
sums_to = "areas.square.people"
told_as = ["# inhabitants"]

[layers.towns.fields.counted_on]
label = "Counted on"
type = "date"

[layers.towns.fields.km2]
label = "Area"
type = "integer"

[layers.towns.fields.per_km2]
label = "Density"
type = "integer"
ratio_of = ["population", "km2"]

[layers.towns.fields.status]
label = "Status"
type = "choice"
choices = { open = "Open", planned = "Planned" }
planned = ["planned"]

[layers.towns.fields.plan]
label = "Plan"
type = "string"
foresees = true

[layers.areas.fields.people]
label = "People"
type = "integer"
dated_by = "counted_on"

[layers.areas.fields.counted_on]
label = "Counted on"
type = "date"
"""

STORY = """
[[chapters]]
id = "one"
heading = "One"
text = ["Both towns have 3,000 inhabitants."]
source = "Nobody"
numbers = [{ number = "3,000", features = ["towns.one", "towns.two"], field = "population" }]
"""

CHART = """
[[charts]]
id = "people"
subject = "People"
title = "Two is larger"
finding = "Two has 2,000 inhabitants."
layer = "towns"
value = "population"
note = "Counted."
numbers = [{ number = "2,000", features = ["towns.two"], field = "population" }]
"""


@pytest.fixture
def counted(small):
    """The small catalog with dated counts that add up, a story and a chart, and nothing wrong."""
    small.toml = small.toml.replace(
        "minimum = 0\nrequired = true\n", f"minimum = 0\nrequired = true\n{CLAIMS}"
    )
    small.toml = small.toml.replace('sources = [{ name = "Nobody" }]', SOURCES).replace(
        'vintage = "2026"', 'vintage = "2024"'
    )
    small.toml += CHART
    for number in (0, 1):
        town = small.feature("towns", number)["properties"]
        town["counted_on"] = "2024-01-01"
        town["description"] = f"A town of {town['population']:,} inhabitants."
    small.feature("areas")["properties"].update(people=3000, counted_on="2024-01-01")
    small.path.with_name("stories.toml").write_text(STORY)
    return small


SOURCES = 'max_age_years = 5\nsources = [{ name = "Nobody", vintage = "2024" }]'


def town(small):
    return small.feature("towns")["properties"]


def found(small):
    return [str(problem) for problem in check_atlas(small.load())]


def warned(small):
    warnings = find_warnings(small.load(), TODAY)
    assert all(warning.is_warning for warning in warnings)
    return [str(warning) for warning in warnings]


def in_toml(old, new):
    def change(small):
        assert old in small.toml
        small.toml = small.toml.replace(old, new)

    return change


def in_story(old, new):
    def change(small):
        assert old in STORY
        small.path.with_name("stories.toml").write_text(STORY.replace(old, new))

    return change


def test_counts_with_dates_that_add_up_and_are_told_right_have_no_problem(counted):
    assert (found(counted), warned(counted)) == ([], [])


BROKEN = {
    "a figure without its date": (
        lambda s: town(s).pop("counted_on"),
        "towns.one: has `population` 1000 without a date in `counted_on`. Add the date or year of the count",
    ),
    "parts that do not add up": (
        lambda s: s.feature("areas")["properties"].update(people=3100),
        "towns: has `population` of 3,000 together, where areas.square has `people` 3,100. Correct the part",
    ),
    "parts of another day than the whole": (
        lambda s: s.feature("areas")["properties"].update(counted_on="2024-02-01"),
        "towns.one: has `population` of 2024-01-01, where areas.square, the whole, is of 2024-02-01.",
    ),
    "a whole that does not exist": (
        in_toml("areas.square.people", "areas.circle.people"),
        "towns: fields.population.sums_to refers to unknown figure areas.circle.people.",
    ),
    "a density that does not follow": (
        lambda s: town(s).update(km2=20, per_km2=51),
        "towns.one: has `per_km2` 51, where population / km2 is 50.00. Compute it again, or correct",
    ),
    "a description with another number": (
        lambda s: town(s).update(description="A town of 1,050 inhabitants."),
        "towns.one: says “1,050 inhabitants” in its description, where `population` is 1,000. Correct",
    ),
    "a chapter with another number": (
        in_story("3,000", "3,005"),
        "catalog: chapter `one` says 3,005, where `population` of towns.one + towns.two is 3,000. Correct",
    ),
    "a chapter that does not say its number": (
        in_story("have 3,000 inh", "have many inh"),
        "catalog: chapter `one` lists the number 3,000, which its text does not say. Correct `numbers`",
    ),
    "a chapter that tells the number of nothing": (
        in_story('"towns.two"', '"towns.three"'),
        "catalog: chapter `one` tells 3,000 of `population`, which towns.three does not have.",
    ),
    "a chart with another number": (
        lambda s: (
            s.feature("towns", 1)["properties"].update(population=2600, description="A town."),
            s.feature("areas")["properties"].update(people=3600),
        ),
        "catalog: chart `people` says 2,000, where `population` of towns.two is 2,600.",
    ),
    "a vintage in words": (
        in_toml('vintage = "2024"\nretrieved', 'vintage = "Counts of 2024"\nretrieved'),
        "areas: has the vintage “Counts of 2024”, which is no date and no span. Write a date",
    ),
    "a vintage that its sources do not have": (
        in_toml('vintage = "2024"\nretrieved', 'vintage = "2023 to 2024"\nretrieved'),
        "areas: has the vintage 2023 to 2024, where its sources are of 2024. Correct it",
    ),
    "a date outside of the layer's span": (
        lambda s: town(s).update(counted_on="2022-05-15"),
        "towns.one: has `population` of 2022-05-15, where the vintage of its layer is 2024. Correct the date",
    ),
}


@pytest.mark.parametrize(("damage", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_claim_is_a_problem_that_says_where_and_how_to_mend_it(counted, damage, words):
    damage(counted)
    problems = found(counted)
    assert any(problem.startswith(words) for problem in problems), problems


def test_a_count_older_than_its_layer_promises_is_a_warning_with_its_age(counted):
    in_toml("max_age_years = 5", "max_age_years = 2.5")(counted)
    assert found(counted) == []
    assert warned(counted)[0] == (
        "areas.square: has `people` of 2024-01-01, 2.9 years old, where its layer promises at most 2.5. "
        "Look for a newer count, or say in its note why this one stays."
    )


def test_a_plan_for_a_year_that_has_passed_is_a_warning_while_it_is_planned(counted):
    town(counted).update(status="planned", plan="Announced in 2021, to be ready in 2025")
    assert found(counted) == []
    assert warned(counted) == [
        "towns.one: tells a plan in `plan` whose last year is 2025. "
        "Find out what became of it, and say so, or change its status."
    ]
    town(counted).update(plan="Announced in 2021, to be ready in 2026")
    assert warned(counted) == []
    town(counted).update(status="open", plan="Ready since 2025")
    assert warned(counted) == []


def test_a_scenario_for_a_year_that_has_passed_is_a_warning(atlas):
    later = datetime.date(2031, 1, 1)
    warnings = [str(warning) for warning in find_warnings(atlas, later)]
    assert any("scenario `berlin_faster` is for 2030, which has passed" in text for text in warnings)


@pytest.mark.parametrize(
    ("text", "value", "is_right"),
    [
        ("640,806", 640_806, True),
        ("640,806", 640_807, False),
        ("641,000", 640_806, True),
        ("634,000", 640_806, False),
        ("160,640", 160_644, False),
        ("209", 209.2, True),
        ("209", 210.2, False),
        ("18.3", 18.3, True),
        ("3.4 million", 3_400_000, True),
        ("3.4 million", 3_344_048, False),
    ],
)
def test_a_number_in_a_text_is_as_exact_as_it_is_written(text, value, is_right):
    assert is_told_right(text, value) == is_right


def with_members(atlas, **changes):
    """Return the atlas with other figures of one member of the EUREGIO."""
    data = atlas.layers["euregio_members"]
    properties = {key: dict(values) for key, values in data.properties.items()}
    properties["enschede"].update(changes)
    return replace(atlas, layers={**atlas.layers, "euregio_members": replace(data, properties=properties)})


def test_the_stated_figures_of_each_country_follow_from_the_members(atlas):
    assert list(check_stated(atlas)) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"population": 301_738}, "of NL is 300, where population / area_km2 of euregio_members is 341.0."),
        ({"population": 161_739}, "where `population` of euregio_members adds up to 1,024,080."),
        (
            {"population_date": "2025-01-01"},
            "of NL is of 2024-01-01, where euregio_members has 2024-01-01, 2025",
        ),
    ],
)
def test_a_stated_figure_that_does_not_follow_from_the_members_is_a_problem(atlas, changes, words):
    problems = [str(problem) for problem in check_stated(with_members(atlas, **changes))]
    assert any(words in problem for problem in problems), problems
