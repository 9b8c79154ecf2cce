"""The service: the HTTP interface ``/v1``, to run alone or to be mounted in a portal's own app."""
