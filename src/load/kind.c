/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kind.h"

#include <string.h>

#include "columns.h"
#include "json_line.h"

static int refuse(const struct lines *at, const char *what, struct err *e)
{
	char place[256];
	reader_place(at->path, at->passed + 1, 0, place, sizeof place);
	return err_set(e, ERR_DATA, place, "%s", what);
}

/* The first character after p that is no blank or line end; 0 at the end. */
static char next_mark(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	return p < end ? *p : 0;
}

/* ---- Python ------------------------------------------------------------- */

/* {'user': 'ann'}, or {u'user': ...}, is no JSON. */
static bool is_python(const struct field *line)
{
	const char *p = line->text, *end = p + line->length;
	while (p < end && (*p == '{' || *p == ' ' || *p == '\t'))
		p++;
	return p + 1 < end && (*p == '\'' || (*p == 'u' && p[1] == '\''));
}

/* ---- JSON --------------------------------------------------------------- */

/* Arrays: in each line, or one around objects or arrays. */
static int refuse_array(const struct lines *at, const struct sample *s, struct err *e)
{
	const struct field *line = &s->line[0];
	const char *open = memchr(line->text, '[', line->length);
	const char first = next_mark(open + 1, at->end);
	if (first == '{')
		return refuse(at,
			      "a JSON array of objects, expected an object in each line; convert "
			      "it: jq -c '.[]' FILE > r.jsonl",
			      e);
	return refuse(at,
		      first == '[' ? "a JSON array of arrays, expected lines; convert it: "
				     "jq -r '.[] | @csv' FILE > r.csv"
				   : "JSON arrays, expected lines of ratings; convert them: "
				     "jq -r '@csv' FILE > r.csv",
		      e);
}

/* What the first object contains, over as many lines as it takes. */
struct contents {
	struct field array; /* the name of its first array; length 0: it has none */
	int members, objects;
	bool more; /* another object follows */
};

static struct contents look_into(const struct lines *at)
{
	struct contents c = { 0 };
	struct json_member m = { 0 };
	char *p = at->at;
	int got;
	while ((got = json_next(&p, at->end, &m)) > 0) {
		c.members++;
		c.objects += json_is_nested(&m.value) && *m.value.text == '{';
		if (json_is_nested(&m.value) && *m.value.text == '[' && !c.array.length)
			c.array = m.key;
	}
	c.more = got < 0 && c.members > 0 && p < at->end && *p == '{';
	/* an array may be too long to be seen whole */
	if (got < 0 && !c.array.length && m.value.text && m.value.text < at->end &&
	    json_is_nested(&m.value) && *m.value.text == '[')
		c.array = m.key;
	return c;
}

static bool is_plain(const struct field *key)
{
	for (size_t i = 0; i < key->length; i++)
		if (strchr("'\"\\", key->text[i]) || (unsigned char)key->text[i] < ' ')
			return false;
	return key->length > 0 && key->length < 64;
}

int kind_refuse_objects(const struct lines *at, struct err *e)
{
	const struct contents c = look_into(at);
	char place[256];
	if (is_plain(&c.array)) {
		reader_place(at->path, at->passed + 1, 0, place, sizeof place);
		return err_set(e, ERR_DATA, place,
			       "a JSON object around an array, expected an object in each line; "
			       "convert it: jq -c '.[\"%.*s\"][]' FILE > r.jsonl",
			       (int)c.array.length, c.array.text);
	}
	if (c.objects > 0 && c.objects == c.members && !c.more)
		return refuse(at,
			      "JSON objects within an object; if they are the ratings of each "
			      "user, convert them: jq -r 'to_entries[] | .key as $u | .value | "
			      "to_entries[] | [$u, .key, .value] | @csv' FILE > r.csv",
			      e);
	if (c.objects > 0)
		return refuse(at,
			      "JSON objects within objects, expected plain ones; convert them: "
			      "jq -c '[paths(scalars) as $p | {key: ($p | map(tostring) | "
			      "join(\"_\")), value: getpath($p)}] | from_entries' FILE > r.jsonl",
			      e);
	return 0;
}

/* An object that goes on after the line; the others do, too. */
static int refuse_long_object(const struct lines *at, const struct sample *s, struct err *e)
{
	struct field line = s->line[0];
	field_trim(&line);
	if (s->n < 2 || line.text[line.length - 1] == '}')
		return 0;
	const int status = kind_refuse_objects(at, e);
	return status < 0 ? status
			  : refuse(at,
				   "a JSON object in several lines, expected one in each line; "
				   "convert it: jq -c . FILE > r.jsonl",
				   e);
}

/* ---- drawn tables ------------------------------------------------------- */

/* A line such as |---|---:| or +-----+-----+, as in Markdown and from databases. */
static bool is_rule(const struct field *line)
{
	int dashes = 0, bars = 0;
	for (size_t i = 0; i < line->length; i++) {
		const char c = line->text[i];
		dashes += c == '-' || c == '=';
		bars += c == '|' || c == '+';
		if (!strchr("-=|+: \t\r", c))
			return false;
	}
	return dashes > 3 && bars > 0;
}

/* ---- records ------------------------------------------------------------ */

/* The key of a line such as "review/userId: A1", or length 0. */
static struct field record_key(const struct field *line)
{
	const char *colon = memmem(line->text, line->length, ": ", 2),
		   *slash = colon ? memchr(line->text, '/', (size_t)(colon - line->text)) : NULL;
	struct field key = { .text = line->text };
	if (!slash || slash == line->text || slash + 1 == colon)
		return key;
	key.length = (size_t)(colon - line->text);
	for (size_t i = 0; i < key.length; i++)
		if (strchr(" \t,;|'\"\\", key.text[i]))
			key.length = 0;
	return key;
}

/* A line for each value of a record, as in SNAP's reviews. The keys are found by their names. */
static int refuse_records(const struct lines *at, const struct sample *s, struct err *e)
{
	struct field key[3] = { { 0 } };
	int strength[3] = { 0 };
	char place[256];
	for (int i = 0; i < s->n; i++) {
		const struct field name = record_key(&s->line[i]);
		const struct column_name meaning = column_name(name.text, name.length);
		if (meaning.role > RATING || meaning.strength <= strength[meaning.role])
			continue;
		strength[meaning.role] = meaning.strength;
		key[meaning.role] = name;
	}
	static const char *const usual[] = { "review/userId", "product/productId", "review/score" };
	for (enum role role = USER; role <= RATING; role++)
		if (key[role].length == 0 || key[role].length > 40)
			key[role] = (struct field){ .text = (char *)usual[role],
						    .length = strlen(usual[role]) };
	reader_place(at->path, at->passed + 1, 0, place, sizeof place);
	return err_set(e, ERR_DATA, place,
		       "a record in several lines, expected a rating in each line; convert it: "
		       "awk -v RS= -F'\\n' '{for (i = 1; i <= NF; i++) {n = index($i, \": \"); "
		       "v[substr($i, 1, n - 1)] = substr($i, n + 2)} print v[\"%.*s\"] \"\\t\" "
		       "v[\"%.*s\"] \"\\t\" v[\"%.*s\"]}' FILE > r.tsv",
		       (int)key[USER].length, key[USER].text, (int)key[ITEM].length, key[ITEM].text,
		       (int)key[RATING].length, key[RATING].text);
}

int kind_refuse(const struct lines *at, const struct sample *s, struct err *e)
{
	enum { TOP = 3 }; /* lines above and below a table's header */
	const struct field *line = &s->line[0];
	const char first = s->n > 0 ? next_mark(line->text, line->text + line->length) : 0;
	if (first == '{' && is_python(line))
		return refuse(at,
			      "a Python dictionary, expected JSON; convert the file: python3 -c "
			      "\"import ast, json, sys; [print(json.dumps(ast.literal_eval(x))) "
			      "for x in sys.stdin]\" < FILE > r.jsonl",
			      e);
	if (first == '{')
		return refuse_long_object(at, s, e);
	if (first == '[')
		return refuse_array(at, s, e);
	if (s->n > 1 && record_key(line).length > 0 && record_key(&s->line[1]).length > 0)
		return refuse_records(at, s, e);
	for (int i = 0; i < s->n && i < TOP; i++)
		if (is_rule(&s->line[i]))
			return refuse(at,
				      "a table drawn with lines; convert it: grep '|' FILE | "
				      "grep -v -- --- | sed 's/^ *| *//; s/ *| *$//; s/ *| */|/g' "
				      "> r.txt",
				      e);
	return 0;
}
