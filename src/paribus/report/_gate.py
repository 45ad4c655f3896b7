"""A gate's result for people, for a summary page, and for what reads JUnit."""

from typing import NamedTuple
from xml.etree import ElementTree as ET

from paribus.analyse import GateResult
from paribus.evidence import Harm
from paribus.report._numbers import Scale, p_value


class GateText(NamedTuple):
    """What a gate found, in words: one line that says it, and what it rests on."""

    headline: str
    lines: tuple[str, ...]


def gate_text(result: GateResult) -> GateText:
    """Return a gate's result in words."""
    contrast, test, harm = result.contrast, result.test, result.harm
    scale, metric = Scale(contrast.metric), contrast.metric.replace("_", " ")
    margin = scale.plain(contrast.margin or float("nan"))
    said = {
        Harm.NONE: f"no harm: it loses less than {margin} of {metric}",
        Harm.HARM: f"harm: it loses more than {margin} of {metric}"
        if test.harm is Harm.HARM
        else "harm: its training diverges where the baseline's does not",
        Harm.INCONCLUSIVE: f"inconclusive: whether it loses {margin} of {metric} cannot be told",
    }
    lines: list[str] = []
    if result.identical:
        lines.append("Both are the same in all that determines their numbers.")
    elif test.n:
        lines.append(
            f"{scale.signed(test.mean)}{scale.unit} over {test.n} seed{'s' if test.n != 1 else ''}, 90 % interval "
            f"{scale.interval(test.interval)}; no harm {p_value(test.no_harm_p)}, harm {p_value(test.harm_p)}."
        )
    if harm is Harm.INCONCLUSIVE:
        lines.append(_settles(result))
    lines += [f"{problem[:1].upper()}{problem[1:]}" for problem in result.problems]
    return GateText(
        f"{result.study}: {contrast.treatment} against {result.baseline}: {said[harm]}", tuple(lines)
    )


def gate_markdown(result: GateResult) -> str:
    """Return the result for a summary page."""
    told = gate_text(result)
    mark = {
        Harm.NONE: "\N{WHITE HEAVY CHECK MARK}",
        Harm.HARM: "\N{CROSS MARK}",
        Harm.INCONCLUSIVE: "\N{BLACK QUESTION MARK ORNAMENT}",
    }
    return (
        "\n\n".join([f"### {mark[result.harm]} {told.headline}", *(f"- {line}" for line in told.lines)])
        + "\n"
    )


def gate_junit(result: GateResult) -> bytes:
    """Return the result as JUnit XML: one test, which fails unless there is no harm."""
    told, harm, contrast = gate_text(result), result.harm, result.contrast
    failures = "0" if harm is Harm.NONE else "1"
    suite = ET.Element(
        "testsuite", name="paribus gate", tests="1", failures=failures, errors="0", skipped="0"
    )
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"paribus.{result.study}",
        name=f"{contrast.treatment} does no harm ({contrast.metric})",
    )
    words = "\n".join([told.headline, *told.lines])
    if harm is Harm.NONE:
        ET.SubElement(case, "system-out").text = words
    else:
        ET.SubElement(case, "failure", type=harm.value.replace(" ", "_"), message=told.headline).text = words
    suites = ET.Element("testsuites", tests="1", failures=failures)
    suites.append(suite)
    ET.indent(suites)
    return ET.tostring(suites, encoding="utf-8", xml_declaration=True) + b"\n"


def _settles(result: GateResult) -> str:
    test = result.test
    if result.lost and test.harm is not Harm.INCONCLUSIVE:
        return "Runs of the candidate were lost; the same command tries them again."
    if test.seeds is None:
        return (
            "Take several seeds (--seeds 10)."
            if test.n < 2
            else "No number of seeds that can be named would tell."
        )
    first = max([*result.candidate_scores, *result.baseline_scores], default=-1) + 1
    return (
        f"About {test.seeds:,} seeds that nobody has seen (--seeds {first}-{first + test.seeds - 1}) would tell, if mean and spread are what "
        "they seem; seeds that are added to these would err more often."
    )
