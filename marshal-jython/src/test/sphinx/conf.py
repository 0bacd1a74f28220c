# Ten pages for the integration test: code blocks, tables and an index.
extensions = []
source_suffix = '.rst'
master_doc = 'index'
project = 'Ten pages'
copyright = '2026'
version = release = '1'
html_theme = 'alabaster'
pygments_style = 'sphinx'
html_last_updated_fmt = None
