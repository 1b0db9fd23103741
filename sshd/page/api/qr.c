#include "config.h"

#include <string.h>

#include <microhttpd.h>
#include <qrencode.h>

#include "qr.h"
#include "reply.h"
#include "request.h"

#define QR_WIDTH 177 /* squares of the largest code */

static json_t *
qr_rows(const QRcode *code)
{
	json_t *rows = json_array();
	char row[QR_WIDTH];
	int x, y;

	for (y = 0; y < code->width; y++) {
		for (x = 0; x < code->width; x++)
			row[x] =
			    code->data[y * code->width + x] & 1 ? '1' : '0';
		json_array_append_new(
		    rows, json_stringn(row, (size_t)code->width));
	}
	return json_pack("{s:o}", "rows", rows);
}

void
api_qr(struct request *rq)
{
	json_t *asked =
	    rq->body == NULL ? NULL : json_loadb(rq->body, rq->length, 0, NULL);
	const char *text = json_string_value(json_object_get(asked, "text"));
	QRcode *code = NULL;

	if (text == NULL || *text == '\0' || strlen(text) > QR_TEXT)
		reply_error(rq, MHD_HTTP_BAD_REQUEST,
		    "needs a text of 1 to 2900 bytes");
	else if ((code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L)) ==
		     NULL ||
		 code->width > QR_WIDTH)
		reply_error(rq, MHD_HTTP_INTERNAL_SERVER_ERROR,
		    "no QR code could be made");
	else
		reply_json(rq, MHD_HTTP_OK, qr_rows(code));
	QRcode_free(code);
	json_decref(asked);
}
