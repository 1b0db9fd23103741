/*
 * POST /api/qr {"text": "..."}: {"rows": ["1101...", ...]}, the squares of a QR
 * code of the text, dark ones as 1, by libqrencode.  Nothing is kept of it, so no
 * key is asked for.
 */
#ifndef QR_H
#define QR_H

struct request;

#define QR_TEXT 2900 /* bytes; the largest code has room for 2,953 */

void api_qr(struct request *);

#endif
