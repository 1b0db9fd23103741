/*
 * The refusals of requests that do not come from the page itself.  Every
 * program on the operator's machine, and every web page in the browser, can
 * send to the port of "ssh -L".
 */
#ifndef GUARD_H
#define GUARD_H

struct request;

/*
 * Check the headers of a request.  Returns 0, or the status of the refusal and
 * the reason (a static string).
 */
unsigned int guard_check(const struct request *, const char **why);

#endif
