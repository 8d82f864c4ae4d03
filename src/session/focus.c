/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/focus.h"

struct focus focus_default(void)
{
	return (struct focus){ .user = -1,
			       .item = -1,
			       .unit = -1,
			       .user_list = { .sort = SORT_ERROR },
			       .item_list = { .sort = SORT_ERROR } };
}
