"""
What the resources of videos and of music share: how an order is sent, and `resume`.

The methods `generate` and `submit` are generated, with the arguments of the order (`jobs.jinja`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias, TypeVar

from venice_client._core.client import awaited, run_blocking
from venice_client._core.request.arguments import check_methods
from venice_client._core.request.call import CallOptions
from venice_client._core.request.options import check_call_options
from venice_client._core.schema.operation import Operation
from venice_client.jobs.resume_file import PathInput, ResumeSource

if TYPE_CHECKING:
    from venice_client.jobs.base_job import BaseJob

JobT = TypeVar("JobT", bound="BaseJob[Any, Any]")
Arguments: TypeAlias = Mapping[str, Any]  # of any operation


class JobResource(Generic[JobT]):
    """The part of `venice.video` and `venice.audio` that is the same for every job, sync and async."""

    _job: ClassVar[Any]  # the class of the resource's jobs
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

        options = {"timeout": timeout, "extra_headers": extra_headers}
        check_call_options(options)
        job: JobT = resume(self._job, self._client, source, options)
        return job

    async def _order(
        self,
        operation: Operation,
        arguments: Arguments,
        fields: Arguments,
        options: CallOptions,
        resume_file: PathInput | None,
    ) -> Any:  # of the class of the resource's jobs
        from venice_client.jobs.order import Order, submit

        if self._client.is_async:
            from venice_client.images.embed import with_content

            fields = await with_content(operation, fields)
        order = Order.of(self._client, operation, arguments, fields, options)
        return await submit(self._job, self._client, order, resume_file)

    async def _deliver(
        self, operation: Operation, arguments: Arguments, fields: Arguments, options: CallOptions, waiting: Arguments
    ) -> Any:  # the result, or its path
        from venice_client.jobs.order import Delivery

        delivery = Delivery(**waiting)
        delivery.check(self._job.KIND)
        job = await self._order(operation, arguments, fields, options, delivery.resume_file)
        return await awaited(self._client, delivery.take(job))


class Jobs(JobResource[JobT]):
    """What the generated methods of the sync client call."""

    def _submit(self, *order: Any) -> Any:
        return run_blocking(self._order(*order))

    def _generate(self, *order: Any) -> Any:
        return run_blocking(self._deliver(*order))


class AsyncJobs(JobResource[JobT]):
    """What the generated methods of the async client call."""

    async def _submit(self, *order: Any) -> Any:
        return await self._order(*order)

    async def _generate(self, *order: Any) -> Any:
        return await self._deliver(*order)


check_methods(JobResource)
