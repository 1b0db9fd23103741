/*
 * A host key for the fuzz targets, and for nothing else.
 */
#ifndef STAND_IN_H
#define STAND_IN_H

#define STAND_IN_KEY \
	"-----BEGIN OPENSSH PRIVATE KEY-----\n" \
	"b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n" \
	"QyNTUxOQAAACCVEyaJWDF9VHE2HGmY5AathPWsvtpWHzJLFkbA7ELwewAAAIi6sFLzurBS\n" \
	"8wAAAAtzc2gtZWQyNTUxOQAAACCVEyaJWDF9VHE2HGmY5AathPWsvtpWHzJLFkbA7ELwew\n" \
	"AAAEAWd/uwIt6cwRxqN/YhNcyFkdXXltA9WybRVKnLZ9pJBJUTJolYMX1UcTYcaZjkBq2E\n" \
	"9ay+2lYfMksWRsDsQvB7AAAAAAECAwQF\n" \
	"-----END OPENSSH PRIVATE KEY-----\n"

/* Its public half (RFC 4253, section 6.6), in base64. */
#define STAND_IN_BLOB \
	"AAAAC3NzaC1lZDI1NTE5AAAAIJUTJolYMX1UcTYcaZjkBq2E9ay+2lYfMksW" \
	"RsDsQvB7"

#endif
