"""What an edit of an article is: its kind, the facts it changed, and a diff that people can read.

Pure. ``classify`` tells a typo, a time stamp or an ad from a change of wording, and both from a change of what the
article says of a vendor's stores; ``diff`` shows paragraph by paragraph, and inside a changed one word by word (in
scripts without blanks character by character), what was taken out and put in.
"""

from pipelines.revisions.difference import diff
from pipelines.revisions.edits import classify
from pipelines.revisions.facts import fact_changes

__all__ = ["classify", "diff", "fact_changes"]
