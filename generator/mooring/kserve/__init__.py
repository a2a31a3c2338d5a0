"""What KServe makes of its objects: which pods, with which images, and with which pull Secrets."""
