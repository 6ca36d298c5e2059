#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

json_t *
vectors_load(const char *name)
{
	char path[4096];
	json_error_t error;
	json_t *json;

	(void)snprintf(path, sizeof(path), "%s/%s", VECTORS_DIR, name);
	json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (json == NULL) {
		fail_msg("%s:%d: %s", path, error.line, error.text);
	}
	return json;
}

const char *
vectors_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	assert_non_null(text);
	return text;
}

json_int_t
vectors_number(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	assert_true(json_is_integer(v));
	return json_integer_value(v);
}
