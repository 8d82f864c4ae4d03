/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check.h"

void must(int status, const struct err *e)
{
	char text[1024];
	if (status < 0)
		fail_msg("%s", err_text(e, text, sizeof text));
}
