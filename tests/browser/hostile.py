"""A hundred strings that try to be more than text."""

import itertools
from dataclasses import replace
from pathlib import Path

from paribus.plan import plan
from paribus.records import Design, Status
from paribus.store import Store
from paribus.study import Contrast, StudyRecord
from tests.conftest import make_run_record

ELEMENTS = "main b, main iframe, main form[action^='//'], main [onerror], main [onload], main math, main x"
"""What they would make of a page."""

_TRIES = (
    "<script>window.hurt = 1</script>",
    "</script><script>window.hurt = 1</script>",
    "<img src=x onerror=window.hurt=1>",
    '"><img src=x onerror=window.hurt=1>',
    "'><svg onload=window.hurt=1>",
    "<svg><script>window.hurt=1</script></svg>",
    "<iframe src=javascript:window.hurt=1></iframe>",
    "<a href=javascript:window.hurt=1>here</a>",
    "</title><b>bold</b>",
    "</style><b>bold</b>",
    "</textarea><b>bold</b>",
    "</table><b>bold</b>",
    "<!-- comment",
    "--><b>bold</b>",
    "]]><b>bold</b>",
    "<b>bold</b>",
    "<base href=//elsewhere.example>",
    "<meta http-equiv=refresh content=0;url=//elsewhere.example>",
    "<link rel=stylesheet href=//elsewhere.example>",
    "<form action=//elsewhere.example><button>go</button></form>",
    "<style>body { display: none }</style>",
    "{{ 7*7 }}",
    "{% raw %}",
    "${7*7}",
    "#{7*7}",
    "&lt;b&gt;",
    "&#60;b&#62;",
    "\\u003cb\\u003e",
    "\N{RIGHT-TO-LEFT OVERRIDE}dlob",
    "\N{ZERO WIDTH SPACE}<b>",
    "' onmouseover='window.hurt=1",
    '" onfocus="window.hurt=1" autofocus="',
    "` onclick=window.hurt=1",
    "'; window.hurt=1; '",
    '"; window.hurt=1; "',
    "$x^2$ and \\alpha",
    "[here](javascript:window.hurt=1)",
    "![](//elsewhere.example/x.png)",
    "| a | b |",
    "# heading",
    "<" * 40,
    ">" * 40,
    '"' * 40,
    "w" * 300,
    "datum.value + window.hurt",
    "<math><mtext></mtext></math><b>bold</b>",
    "<template><b>bold</b></template>",
    "<details open ontoggle=window.hurt=1>",
    "<body onload=window.hurt=1>",
    "<x hx-get=/ hx-trigger=load>",
)
HOSTILE = tuple(f"{place} {words}" for place, words in enumerate(_TRIES)) + tuple(
    f"{words} {place}" for place, words in enumerate(_TRIES, len(_TRIES))
)
"""Each is another one, so that arms and contrasts may be named so."""


def hostile(study: StudyRecord, place: Path) -> StudyRecord:
    """Store a study with a hundred arms and everything else named to hurt."""
    words = iter(itertools.cycle(HOSTILE))
    arms = tuple(replace(study.arms[0], name=name, identity=f"arm {at}") for at, name in enumerate(HOSTILE))
    data = replace(
        study.dataset, name=next(words), licence=next(words), source=next(words), class_names=HOSTILE[:4]
    )
    contrasts = tuple(Contrast(name, HOSTILE[0], margin=0.01) for name in HOSTILE[1:])
    made = replace(
        study,
        name=HOSTILE[0],
        question=HOSTILE[1],
        arms=arms,
        dataset=data,
        contrasts=contrasts,
        engine=HOSTILE[6],
    )
    with Store.write(place) as store:
        specs = plan(made, (0, 1))
        store.add_study(made, specs)
        store.add_design(made.study_id, Design(seeds=(0, 1)))
        for at, spec in enumerate(specs):
            run = replace(make_run_record(spec.arm, spec.seed, 0.5 + at / 1000), spec=spec)
            if at % 7 == 3:
                run = replace(run, status=Status.CRASHED, test=None, reason=HOSTILE[at % 100])
            store.add(run)
    return made
