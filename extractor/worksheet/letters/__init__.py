"""Letters to the applicant, drafted from a worksheet for a person to edit and send."""
