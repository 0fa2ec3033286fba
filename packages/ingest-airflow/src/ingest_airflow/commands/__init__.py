"""What is typed in a shell: the commands that `ingest` gets (``group``), and the image's ``airflow`` (``airflow``)."""
