"""What the resources of videos and of music share. Nothing of the endpoints is known here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from venice_client._core.request.arguments import check_methods
from venice_client.jobs.resume_file import ResumeSource

if TYPE_CHECKING:
    from venice_client.jobs.base_job import BaseJob

JobT = TypeVar("JobT", bound="BaseJob[Any, Any]")


class JobResource(Generic[JobT]):
    """The part of `venice.video` and `venice.audio` that is the same for every job, sync and async."""

    _job: ClassVar[type[BaseJob[Any, Any]]]
    _client: Any  # of either kind, which the other base of the resource declares

    def resume(
        self,
        source: ResumeSource,
        *,
        timeout: float | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> JobT:
        """
        Return the job of an order that was made here or in another process. Nothing is sent yet.

        Args:
            source: The path of a resume file, its JSON, its dict, a job, an error's `job`, or the result of `queue`. It
                says where a file is fetched from, so take it from trusted places only.
            timeout: The seconds to wait for each response of the calls that follow.
            extra_headers: Headers of these calls.
        """
        from venice_client.jobs.order import resume

        job: Any = resume(self._job, self._client, source, {"timeout": timeout, "extra_headers": extra_headers})
        made: JobT = job
        return made


check_methods(JobResource)
