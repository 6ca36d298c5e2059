#include "store/shipment_lines.h"

#include "store/sql.h"

static const struct sql find_row = {
	.name = "shipment_line_find",
	.text = "SELECT request, shipment FROM shipment_lines "
	    "WHERE tenant = $1 AND reference = $2",
};

static const struct sql insert_row = {
	.name = "shipment_line_insert",
	.text = "INSERT INTO shipment_lines "
	    "(tenant, reference, request, shipment) VALUES ($1, $2, $3, $4) "
	    "ON CONFLICT DO NOTHING",
};

static enum err
read_row(struct sql_row *r, void *ctx)
{
	struct shipment_line_row *row = ctx;

	row_bytes(r, row->request, SHIPMENT_LINE_HASH);
	row_id(r, &row->shipment);
	return row_end(r);
}

enum err
shipment_line_row_find(struct tx *tx, struct shipment_line_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->tenant), sql_text(row->reference),
	};

	return sql_query_one(tx, &find_row, v, SQL_COUNT(v), read_row, row);
}

enum err
shipment_line_row_insert(struct tx *tx, const struct shipment_line_row *row)
{
	const struct sql_value v[] = {
		sql_id(&row->tenant), sql_text(row->reference),
		sql_bytes(row->request, SHIPMENT_LINE_HASH),
		sql_id(&row->shipment),
	};

	return sql_exec_one(tx, &insert_row, v, SQL_COUNT(v), ERR_CONFLICT);
}
