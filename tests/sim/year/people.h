/*
 * Customers and what they order; agents and what they do.  Each fills the
 * steps of one phase of the hour.
 */
#ifndef TESTS_SIM_PEOPLE_H
#define TESTS_SIM_PEOPLE_H

#include "year.h"

/* The orders of a hundred thousand customers, of whom not all order. */
#define CUSTOMERS_ORDERS 212736

/* customers_make(y): all orders of the year, in the order of their hours. */
void customers_make(struct year *y);
/* customers_for(orders): who are the shop's when so much is ordered. */
uint32_t customers_for(uint32_t orders);

/* What an agent is. */
enum kind { HONEST, GUESSER, LIAR, RASCAL };
enum kind agent_kind(unsigned agent);
unsigned agent_zone(unsigned agent);
const char *act_name(enum act a);

/* The phases of an hour, in their order. */
typedef void plan_fn(struct year *y);
plan_fn plan_orders, plan_cancels, plan_dispatch, plan_delegates,
    plan_arrivals, plan_doors, plan_words, plan_sync, plan_desk,
    plan_second_desk;

/* people_dispatched(y, order): draws what comes of the visit. */
void people_dispatched(struct year *y, struct order *o);

#endif
