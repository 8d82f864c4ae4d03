/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autorec/focus.h"

const struct view_info view_table[N_VIEWS] = {
	[VIEW_TRAIN] = { "train", "Train", "the RMSE curve and the run" },
	[VIEW_UNITS] = { "units", "Units", "the hidden units, and one unit's card" },
	[VIEW_USER] = { "user", "User", "a user's reconstructed rating vector" },
	[VIEW_ITEM] = { "item", "Item", "an item's reconstructed rating vector" },
	[VIEW_WHATIF] = { "what-if", "What-if", "what an edited rating moves" },
	[VIEW_COMPARE] = { "compare", "Compare", "runs side by side: repeat, tune, reproduce" },
	[VIEW_LOG] = { "log", "Log", "what commands have answered" },
};

struct focus focus_default(void)
{
	return (struct focus){ .user = -1,
			       .item = -1,
			       .unit = -1,
			       .user_list = { .sort = SORT_ERROR },
			       .item_list = { .sort = SORT_ERROR } };
}
