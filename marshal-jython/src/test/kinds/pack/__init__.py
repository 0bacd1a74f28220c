from pack.same import same
from pack import other
