/*
 * bench-history write url devices days
 *	writes the history of so many devices through the functions that the keeper
 *	has, day after day and in its order, and prints how many rows of figures a
 *	second it wrote; a device tells six numbers, and is gone at times
 * bench-history spans url devices days
 *	writes presence alone: each device was gone twice in that time
 * bench-history report url
 *	the seconds of a report over the last 30 days
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store.h"

#define US INT64_C(1000000)
#define HOUR (3600 * US)
#define ROWS 500 /* of a commit */

static int64_t midnight;

static double
seconds_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
number_of(struct hour *h, const char *key, unsigned int decimals, double mean,
    double spread)
{
	struct hour_field *f = &h->field[h->fields++];

	memset(f, 0, sizeof(*f));
	snprintf(f->key, sizeof(f->key), "%s", key);
	f->decimals = decimals;
	f->mean = mean;
	f->least = mean - spread * (double)(random() % 100) / 100;
	f->most = mean + spread * (double)(random() % 100) / 100;
}

static int
write_hour(struct store *s, int64_t device, int64_t at)
{
	struct hour h = {.device = device,
	    .number = history_hour(device, at),
	    .polls = 60,
	    .bytes_in = 90000 + (uint64_t)random() % 5000,
	    .bytes_out = 80000};
	double hour = (double)(at / HOUR % 24);

	number_of(&h, "mem", 0, 60 + (double)(random() % 9), 6);
	number_of(&h, "load", 2, (double)(random() % 60) / 100, 0.4);
	number_of(&h, "temp", 1, 45 + hour / 3, 4);
	number_of(&h, "sig", 0, -70 + (double)(random() % 5), 6);
	number_of(&h, "memt", 0, 118, 0);
	number_of(&h, "up", 0, (double)(at - midnight) / US + 1800, 1800);
	return store_series_add(s, &h) == STORE_OK ? 0 : -1;
}

/* One device in ten is gone for an hour or so each day. */
static int
write_presence(struct store *s, int64_t device, int64_t at)
{
	if (at == midnight)
		return store_span_online(s, device, at);
	if ((device + at / HOUR) % 240 != 0)
		return 0;
	return store_span_gone(s, device, at, SPAN_LATE) != STORE_OK ||
	       store_span_online(s, device, at + HOUR) != STORE_OK;
}

static int
write_texts(struct store *s, int64_t device, int64_t at)
{
	if (at != midnight && (device + at / HOUR) % 720 != 0)
		return 0;
	return store_inventory_note(s, device, at, "model", "gl-mt300n-v2") ||
	       store_inventory_note(s, device, at, "fw", "OpenWrt-23.05.3") ||
	       store_inventory_note(
		   s, device, at, "client", "SSH-2.0-dropbear_2022.83") ||
	       store_inventory_note(s, device, at, "addr",
		   at / HOUR % 2 == 0 ? "192.0.2.77" : "198.51.100.9");
}

static int
write_all(struct store *s, int64_t devices, int64_t days)
{
	int64_t d, at, end = midnight + days * 24 * HOUR;

	for (at = midnight; at < end; at += HOUR)
		for (d = 1; d <= devices; d++) {
			if (d % ROWS == 1 && store_begin(s) != STORE_OK)
				return -1;
			if (write_presence(s, d, at) != 0 ||
			    write_texts(s, d, at) != 0 ||
			    write_hour(s, d, at + 1800 * US) != 0)
				return -1;
			if ((d % ROWS == 0 || d == devices) &&
			    store_commit(s) != STORE_OK)
				return -1;
		}
	return 0;
}

static int
run_write(struct store *s, char **argv)
{
	int64_t devices = atoll(argv[0]), days = atoll(argv[1]);
	double began = seconds_now();

	if (write_all(s, devices, days) == -1)
		return -1;
	printf(
	    "%.0f\n", (double)(devices * days * 24) / (seconds_now() - began));
	return 0;
}

static int
run_spans(struct store *s, char **argv)
{
	int64_t devices = atoll(argv[0]), days = atoll(argv[1]), d, i, at;

	for (d = 1; d <= devices; d++) {
		if (d % ROWS == 1 && store_begin(s) != STORE_OK)
			return -1;
		for (i = 0; i < 3; i++) {
			at = midnight + (i * days * 8 + d % 7) * HOUR;
			if (store_span_online(s, d, at) != STORE_OK ||
			    (i < 2 && store_span_gone(s, d,
					  at + days * 8 * HOUR - d % 500 * US,
					  SPAN_LATE) != STORE_OK))
				return -1;
		}
		if ((d % ROWS == 0 || d == devices) &&
		    store_commit(s) != STORE_OK)
			return -1;
	}
	return 0;
}

static int
report_one(void *arg, const struct report *r)
{
	*(double *)arg += presence_share(&r->presence);
	return 0;
}

static int
run_report(struct store *s)
{
	int64_t now = (int64_t)time(NULL) * US;
	double began = seconds_now(), sum = 0;

	if (store_report(s, now - 30 * 24 * HOUR, now, report_one, &sum) !=
	    STORE_OK)
		return -1;
	printf("%.3f\n", seconds_now() - began);
	return 0;
}

/* Device 1 to n: the numbers of bench-fleet's. */
int
main(int argc, char **argv)
{
	char error[STORE_ERROR];
	struct store *s;
	int r = -1;

	if (argc < 3) {
		fprintf(stderr, "usage: bench-history write|report URL ...\n");
		return 2;
	}
	if (store_open(&s, argv[2], STORE_MIGRATE, error) != STORE_OK) {
		fprintf(stderr, "bench-history: %s\n", error);
		return 1;
	}
	srandom(1);
	if (argc == 5)
		midnight =
		    ((int64_t)time(NULL) / 86400 - atoll(argv[4])) * 86400 * US;
	if (strcmp(argv[1], "write") == 0 && argc == 5)
		r = run_write(s, argv + 3);
	else if (strcmp(argv[1], "spans") == 0 && argc == 5)
		r = run_spans(s, argv + 3);
	else if (strcmp(argv[1], "report") == 0)
		r = run_report(s);
	if (r == -1)
		fprintf(stderr, "bench-history: %s\n", store_error(s));
	store_close(s);
	return r == 0 ? 0 : 1;
}
