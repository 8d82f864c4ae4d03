/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check.h"

#include <string.h>

void must(int status, const struct err *e)
{
	char text[1024];
	if (status < 0)
		fail_msg("%s", err_text(e, text, sizeof text));
}

int count_in(const char *text, const char *part)
{
	int n = 0;
	for (; (text = strstr(text, part)); text++)
		n++;
	return n;
}
