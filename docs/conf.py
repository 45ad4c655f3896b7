"""How the documentation is built: `make docs`. Nothing here needs the network, and neither does a reader."""

import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "paribus"
author = "the paribus contributors"
project_copyright = f"2026, {author}"
release = version = installed_version("paribus")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "cyclopts.ext.sphinx",
    "executed",
    "public_names",
]
exclude_patterns = ["examples", "_extensions"]
nitpicky = True

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

default_role = "code"
smartquotes = False  # options begin with two dashes
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
python_use_unqualified_type_names = True
maximum_signature_line_length = 80
autosummary_generate = False
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False

copybutton_prompt_text = "$ "
copybutton_only_copy_prompt_lines = True
copybutton_selector = "div.highlight:not(.output *) pre"

html_theme = "furo"
html_title = "paribus"
html_static_path = ["_static"]
html_css_files = ["paribus.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_theme_options: dict[str, Any] = {"navigation_with_keys": True}
pygments_style = "default"
pygments_dark_style = "github-dark"
