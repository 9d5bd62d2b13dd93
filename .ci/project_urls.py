"""
Write the addresses of the repository into the metadata of a release: project URLs, and links of the README.

    python .ci/project_urls.py https://github.com/OWNER/NAME v0.1.0

The package index shows the README away from the repository, where a relative link leads nowhere, so the README names
files as text, and here each name becomes a link. A checkout does not know its own address, and a fork has another one:
the release workflow passes it, and builds what this script wrote.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent
BEFORE = "[project.optional-dependencies]"
FILE = re.compile(r"```.*?```|`[^`]*`|\b(?:(?:docs|examples)/[\w/.-]*\w|[A-Z]{3,}\.md)", re.DOTALL)


def with_links(readme: str, repository: str, tag: str) -> str:
    """Return the README with a link to the file of this tag in place of each name of a file, outside of code."""

    def link(named: re.Match[str]) -> str:
        name = named[0]
        return name if name.startswith("`") else f"[{name}]({repository}/blob/{tag}/{name})"

    return FILE.sub(link, readme)


def with_urls(settings: str, repository: str, tag: str) -> str:
    """Return pyproject.toml with a table of project URLs."""
    if "[project.urls]" in settings or settings.count(BEFORE) != 1:
        raise SystemExit(f"pyproject.toml has project URLs already, or not exactly one table {BEFORE}.")
    urls = {
        "Homepage": repository,
        "Documentation": f"{repository}/tree/{tag}/docs",
        "Changelog": f"{repository}/blob/{tag}/CHANGELOG.md",
        "Issues": f"{repository}/issues",
        "API": "https://docs.venice.ai",
    }
    table = "".join(f'{name} = "{url}"\n' for name, url in urls.items())
    return settings.replace(BEFORE, f"[project.urls]\n{table}\n{BEFORE}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("repository", help="its address, https://HOST/OWNER/NAME")
    parser.add_argument("tag", help="the tag that is released, such as v0.1.0")
    arguments = parser.parse_args()
    parts = urlsplit(arguments.repository)
    if parts.scheme != "https" or not re.fullmatch(r"/[\w.-]+/[\w.-]+", parts.path) or parts.query or parts.fragment:
        parser.error(
            f"{arguments.repository} is not the address of a repository, such as https://github.com/OWNER/NAME"
        )
    if not re.fullmatch(r"v\d+\.\d+\.\d+", arguments.tag):
        parser.error(f"{arguments.tag} is not a tag such as v0.1.0")
    texts = {}
    for name, change in (("README.md", with_links), ("pyproject.toml", with_urls)):
        text = (ROOT / name).read_text(encoding="utf-8")
        texts[name] = change(text, arguments.repository, arguments.tag)
    for name, text in texts.items():  # both or none
        (ROOT / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
