"""The process in which a task's work is done: on one side whoever starts it, on the other what it does."""

from ingest_airflow.child.process import ChildProcess

__all__ = ["ChildProcess"]
