"""What mkdocs does besides: the pictures lie outside docs/, where GitHub and the README find them too."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

PICTURES = "screenshots"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pictures to the site."""
    root = Path(config.docs_dir).parent
    for picture in sorted((root / PICTURES).glob("*.svg")):
        name = picture.relative_to(root).as_posix()
        files.append(File.generated(config, name, abs_src_path=str(picture)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Look for the pictures where they are on the site."""
    return markdown.replace(f"](../{PICTURES}/", f"]({PICTURES}/")
