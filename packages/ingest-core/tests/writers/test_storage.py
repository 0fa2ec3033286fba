"""What storage raises says who must act."""

import pytest
from ingest_core import IngestError, JobError, TransientError
from ingest_core.writers.storage import storage_errors


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (FileNotFoundError(2, "No such file"), TransientError),
        (OSError(28, "No space left on device"), TransientError),
        (PermissionError(13, "Permission denied"), JobError),
        (OSError("AWS Error ACCESS_DENIED during PutObject"), JobError),
    ],
)
def test_every_failure_of_the_storage_is_told_as_ours(raised: OSError, told: type[IngestError]) -> None:
    with pytest.raises(told), storage_errors():
        raise raised
