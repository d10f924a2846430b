"""What other parts may listen to.

`response_completed` is sent once per accepted response, after its transaction, with the application
as sender and `response_id`, `study_id`. What must not be missed looks at the rows as well.
"""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()
response_completed = _signals.signal("response-completed")
