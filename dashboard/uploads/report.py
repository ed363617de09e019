"""Reports the state, layers and problems of an upload in the reader's language."""

from functools import partial

from dashboard.i18n.formatting import format_number
from dashboard.i18n.languages import interface_strings
from dashboard.uploads.layer_edits import formats_of
from dashboard.uploads.model import UploadedFile, UploadedLayer
from geodata.errors import Problem, Sentence
from geodata.export.formats import FORMATS
from geodata.json_object import JsonObject


def describe_file(file: UploadedFile, language: str) -> JsonObject:
    """Return a file's state, layers and problems as JSON-ready values."""
    return {
        "id": file.id,
        "name": file.name,
        "state": file.state,
        "part": file.part,
        "needs_crs": file.needs_crs and bool(file.content),
        "layers": [
            _describe_layer(layer, language, lists_left_out=not file.problems)
            for layer in file.layers.values()
        ],
        "problems": [_describe_problem(problem, language) for problem in file.problems],
    }


def _describe_layer(upload: UploadedLayer, language: str, *, lists_left_out: bool) -> JsonObject:
    """Return a layer as JSON-ready values; problems of the file already list what was left out."""
    account, layer = upload.account, upload.data.layer
    _, number = interface_strings(language).gettext, partial(format_number, language=language)
    lines = [
        _("{count} of {all} features are on the map.").format(
            count=number(account.count), all=number(account.count_in)
        )
    ]
    if account.crs not in ("WGS 84", "WGS 84 (CRS84)"):
        lines.append(_("Converted from {crs}.").format(crs=account.crs))
    lines += [
        _("Repaired in {count}: {what}").format(count=number(count), what=_say(what, language))
        for what, count in account.repaired.items()
    ]
    if lists_left_out:
        lines += [
            _("Left out, {count}: {why}").format(count=number(count), why=_say(why, language))
            for why, count in account.left_out.items()
        ]
    return {
        "id": layer.id,
        "title": layer.title,
        "color": layer.style.color,
        "formats": [{"extension": name, "name": FORMATS[name].name} for name in formats_of(upload)],
        "lines": lines,
        "bbox": list(upload.data.bounds or ()) if account.count else None,
    }


def _describe_problem(problem: Problem, language: str) -> str:
    """Return a problem as sentences, without the name of the file."""
    where = f"{problem.feature}: " if problem.feature else ""
    what, mend = _say(problem.what, language), _say(problem.mend, language)
    return f"{where}{what[:1].upper()}{what[1:]}. {mend}"


def _say(text: str, language: str) -> str:
    translate = interface_strings(language).gettext
    if isinstance(text, Sentence):
        return text.in_words(translate, partial(format_number, language=language))
    return translate(text)
