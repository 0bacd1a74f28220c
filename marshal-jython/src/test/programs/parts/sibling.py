from __future__ import absolute_import
import parts as same
import sys
from . import inner
from .inner.leaf import listed as relative

absolute = same.inner is inner and sys.modules['parts.inner'] is inner
