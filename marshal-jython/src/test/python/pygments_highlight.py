# Highlights files, whose names tell the languages, for a page and for a terminal.
import sys

from pygments import highlight
from pygments.formatters import HtmlFormatter, TerminalFormatter
from pygments.lexers import get_lexer_for_filename

for path in sys.argv[1:]:
    text = open(path).read().decode('utf-8')
    lexer = get_lexer_for_filename(path)
    print lexer.name
    print highlight(text, lexer, HtmlFormatter(full=True, linenos='table')).encode('utf-8')
    print highlight(text, lexer, TerminalFormatter()).encode('utf-8')
