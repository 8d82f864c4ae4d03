/* SPDX-License-Identifier: GPL-3.0-or-later
 * The command table, in the order of the help.  A new command needs one line here and one file. */
#include "autorec/command.h"

extern const struct command cmd_load, cmd_split, cmd_model, cmd_set, cmd_get, cmd_train, cmd_step,
	cmd_pause, cmd_resume, cmd_stop, cmd_reset, cmd_refit, cmd_evaluate, cmd_user, cmd_item,
	cmd_predict, cmd_recommend, cmd_explain, cmd_why, cmd_similar, cmd_rate, cmd_unrate,
	cmd_undo, cmd_redo, cmd_edits, cmd_revert, cmd_newuser, cmd_newitem, cmd_remove, cmd_ask,
	cmd_retrain, cmd_forget, cmd_add, cmd_units, cmd_unit, cmd_ablate, cmd_restore, cmd_map,
	cmd_residuals, cmd_repeat, cmd_tune, cmd_reproduce, cmd_save, cmd_open, cmd_autosaves,
	cmd_export, cmd_generate, cmd_view, cmd_chart, cmd_find, cmd_yank, cmd_screenshot, cmd_wait,
	cmd_source, cmd_history, cmd_help, cmd_quit;

const struct command *const command_table[] = {
	&cmd_load,    &cmd_split,      &cmd_model,    &cmd_set,       &cmd_get,
	&cmd_train,   &cmd_step,       &cmd_pause,    &cmd_resume,    &cmd_stop,
	&cmd_reset,   &cmd_refit,      &cmd_evaluate, &cmd_user,      &cmd_item,
	&cmd_predict, &cmd_recommend,  &cmd_explain,  &cmd_why,       &cmd_similar,
	&cmd_rate,    &cmd_unrate,     &cmd_undo,     &cmd_redo,      &cmd_edits,
	&cmd_revert,  &cmd_newuser,    &cmd_newitem,  &cmd_remove,    &cmd_ask,
	&cmd_retrain, &cmd_forget,     &cmd_add,      &cmd_units,     &cmd_unit,
	&cmd_ablate,  &cmd_restore,    &cmd_map,      &cmd_residuals, &cmd_repeat,
	&cmd_tune,    &cmd_reproduce,  &cmd_save,     &cmd_open,      &cmd_autosaves,
	&cmd_export,  &cmd_generate,   &cmd_view,     &cmd_chart,     &cmd_find,
	&cmd_yank,    &cmd_screenshot, &cmd_wait,     &cmd_source,    &cmd_history,
	&cmd_help,    &cmd_quit,       NULL,
};
const int n_commands = sizeof command_table / sizeof command_table[0] - 1;
