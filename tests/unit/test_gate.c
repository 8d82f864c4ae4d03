/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Long work that is held up and called off: the gate, every model's passes, and what a trainer and
 * a session make of it. */
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autorec/thread.h"
#include "autorec/clock.h"
#include "autorec/mem.h"
#include "check.h"
#include "sample.h"
#include "scratch.h"
#include "stage.h"
#include "training.h"

/* ---- work that does not end by itself ----------------------------------- */

static atomic_bool endless_epochs, endless_init, begun;

static void take_long(const struct model *m, const atomic_bool *endless)
{
	while (atomic_load(endless) && gate_pass(m->gate)) {
		atomic_store(&begun, true);
		sched_yield();
	}
}

static int long_epoch(struct model *m, const struct weights *from, struct weights *to,
		      struct epoch_result *result, struct err *e)
{
	take_long(m, &endless_epochs);
	return model_ops_find(m->ops->name)->epoch(m, from, to, result, e);
}

static int long_init(struct model *m, struct weights *w, struct err *e)
{
	take_long(m, &endless_init);
	return model_ops_find(m->ops->name)->init(m, w, e);
}

static struct model_ops long_ops(const char *name)
{
	struct model_ops ops = *model_ops_find(name);
	ops.epoch = long_epoch;
	ops.init = long_init;
	return ops;
}

static int nothing_endless(void **state)
{
	atomic_store(&endless_epochs, false);
	atomic_store(&endless_init, false);
	atomic_store(&begun, false);
	return 0;
}

static void wait_for_the_beginning(void)
{
	const double since = clock_seconds();
	while (!atomic_load(&begun)) {
		if (clock_seconds() - since > PATIENT_SECONDS)
			fail_msg("the work has not begun in %d s", PATIENT_SECONDS);
		sched_yield();
	}
	atomic_store(&begun, false);
}

/* ---- the models --------------------------------------------------------- */

struct piece { /* of work, in a thread of its own */
	struct model *m;
	struct weights *from, *to;
	struct epoch_result result;
	int status;
	atomic_bool over;
};

static void *run_epoch(void *arg)
{
	struct piece *p = arg;
	gate_enter(p->m->gate);
	p->status = p->m->ops->epoch(p->m, p->from, p->to, &p->result, NULL);
	gate_enter(NULL);
	atomic_store(&p->over, true);
	return NULL;
}

static void *run_init(void *arg)
{
	struct piece *p = arg;
	gate_enter(p->m->gate);
	p->status = p->m->ops->init(p->m, p->to, NULL);
	gate_enter(NULL);
	atomic_store(&p->over, true);
	return NULL;
}

static void ignore(void *ctx)
{
}

/* Runs it against a gate that is shut; ends when it stands before it. */
static void hold_up(const char *what, struct piece *p, void *(*work)(void *), struct gate *g,
		    struct thread **thread)
{
	const double began = clock_seconds();
	gate_reset(g);
	gate_shut(g, 0);
	atomic_store(&p->over, false);
	assert_non_null(*thread = thread_start(work, p));
	while (!gate_holds(g)) {
		if (atomic_load(&p->over) || clock_seconds() - began > PATIENT_SECONDS)
			fail_msg("%s does not pass the gate", what);
		sched_yield();
	}
}

static void every_model_passes_the_gate(void **state)
{
	static const struct {
		const char *name, *options;
	} models[] = {
		{ "i-autorec", "k=5" },
		{ "u-autorec", "k=5 optimizer=adam batch=10 dropout=0.2" },
		{ "i-autorec", "k=5 optimizer=lbfgs" },
		{ "deep-autorec", "layers=5,4 pretrain=0" },
		{ "i-rbm", "k=5" },
		{ "u-rbm", "k=5" },
		{ "biased-mf", "k=5" },
		{ "llorma", "k=3 anchors=3" },
		{ "item-knn", "" },
	};
	struct ratings *train = sample_ratings(30, 20, 0.4, 1);
	for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
		struct model *plain = sample_model(models[i].name, models[i].options, train);
		struct model *held = sample_model(models[i].name, models[i].options, train);
		struct weights *expected = sample_weights(plain, 1);
		struct piece p = { .m = held };
		struct gate g;
		struct thread *thread;
		gate_init(&g, ignore, NULL);
		held->gate = &g;
		must(weights_new(held, &p.to, NULL), NULL);
		must(weights_new(held, &p.from, NULL), NULL);
		hold_up(models[i].name, &p, run_init, &g, &thread);
		gate_open(&g);
		thread_join(thread);
		memcpy(p.from->theta, p.to->theta, held->n_theta * sizeof *p.to->theta);
		held->ops->forward(held, p.from, &p.result);

		hold_up(models[i].name, &p, run_epoch, &g,
			&thread); /* held up, it comes to the same */
		gate_open(&g);
		thread_join(thread);
		assert_int_equal(0, p.status);
		for (size_t t = 0; t < held->n_theta; t++)
			if (memcmp(&p.to->theta[t], &expected->theta[t], sizeof(real)))
				fail_msg("%s: theta[%zu] is %.9g, without the gate %.9g",
					 models[i].name, t, (double)p.to->theta[t],
					 (double)expected->theta[t]);

		p.from->epoch = 1;
		hold_up(models[i].name, &p, run_epoch, &g, &thread);
		gate_call_off(&g);
		thread_join(thread); /* it ends */
		gate_done(&g);
		weights_free(p.from);
		weights_free(p.to);
		weights_free(expected);
		held->gate = NULL;
		model_free(held);
		model_free(plain);
	}
	ratings_free(train);
}

static void zeroing_can_be_called_off(void **state)
{
	struct gate g;
	struct err e = { 0 };
	gate_init(&g, ignore, NULL);
	gate_call_off(&g);
	gate_enter(&g);
	void *p = mem_array(1 << 10, 1, &e);
	gate_enter(NULL);
	gate_done(&g);
	assert_null(p);
	assert_int_equal(ERR_INTERRUPTED, e.code);
}

/* ---- a trainer ---------------------------------------------------------- */

static struct training *in_a_long_epoch(const struct model_ops *ops)
{
	struct err e = { 0 };
	struct training *r = training_new_with(ops->name, "k=5 lambda=2", false, ops);
	train(r, 3, 0, 0);
	atomic_store(&endless_epochs, true);
	must(trainer_train(r->trainer, 4, 0, 0, &e), &e);
	wait_for_the_beginning();
	return r;
}

static void an_epoch_that_is_held_up_goes_on_with_the_same_bits(void **state)
{
	static int (*const ask[])(struct trainer *, struct err *) = { trainer_pause, trainer_stop };
	const struct model_ops ops = long_ops("i-autorec");
	struct training *plain = training_new("i-autorec", "k=5 lambda=2");
	struct err e = { 0 };
	train(plain, 7, 0, 0);
	real *expected = theta_of(plain, NULL);
	for (size_t i = 0; i < sizeof ask / sizeof ask[0]; i++) {
		struct training *r = in_a_long_epoch(&ops);
		must(ask[i](r->trainer, &e), &e);
		struct trainer_status s = rest(r); /* though the epoch has not ended */
		assert_int_equal(3, s.epoch);
		assert_int_equal(i == 0 ? TRAINER_PAUSED : TRAINER_IDLE, s.state);
		atomic_store(&endless_epochs, false);
		must(i == 0 ? trainer_resume(r->trainer, &e)
			    : trainer_train(r->trainer, 4, 0, 0, &e),
		     &e);
		s = rest(r);
		assert_int_equal(7, s.epoch);
		real *got = theta_of(r, NULL);
		same_theta(r, "held up", got, expected);
		free(got);
		training_free(r);
	}
	free(expected);
	training_free(plain);
}

static void a_step_finishes_what_is_held_up(void **state)
{
	const struct model_ops ops = long_ops("i-autorec");
	struct training *r = in_a_long_epoch(&ops);
	struct err e = { 0 };
	must(trainer_pause(r->trainer, &e), &e);
	rest(r);
	atomic_store(&endless_epochs, false);
	must(trainer_step(r->trainer, &e), &e);
	assert_int_equal(4, rest(r).epoch);
	assert_int_equal(TRAINER_PAUSED, status_of(r).state);
	training_free(r);
}

static void who_saves_has_the_epoch_finished(void **state)
{
	const struct model_ops ops = long_ops("i-autorec");
	struct training *r = in_a_long_epoch(&ops);
	struct training_moment m;
	struct err e = { 0 };
	must(trainer_pause(r->trainer, &e), &e);
	rest(r);
	assert_false(trainer_settle(r->trainer, 0.01));
	assert_int_equal(ERR_INTERRUPTED, trainer_hold(r->trainer, &m, &e));
	atomic_store(&endless_epochs, false);
	assert_true(trainer_settle(r->trainer, PATIENT_SECONDS));
	must(trainer_hold(r->trainer, &m, &e), &e);
	assert_int_equal(4, m.current->epoch);
	trainer_release(r->trainer, &m);
	assert_int_equal(TRAINER_PAUSED, status_of(r).state);
	training_free(r);
}

static void a_reset_gives_a_long_epoch_up(void **state)
{
	const struct model_ops ops = long_ops("i-autorec");
	struct training *plain = training_new("i-autorec", "k=5 lambda=2"),
			*r = in_a_long_epoch(&ops);
	struct err e = { 0 };
	must(trainer_reset(r->trainer, &e), &e);
	assert_int_equal(0, rest(r).epoch);
	atomic_store(&endless_epochs, false);
	train(plain, 5, 0, 0);
	train(r, 5, 0, 0);
	real *expected = theta_of(plain, NULL), *got = theta_of(r, NULL);
	same_theta(r, "after a reset", got, expected);
	free(expected);
	free(got);
	training_free(r);
	training_free(plain);
}

static void the_end_gives_a_long_epoch_up(void **state)
{
	const struct model_ops ops = long_ops("u-autorec");
	alarm(PATIENT_SECONDS);
	training_free(in_a_long_epoch(&ops));
	alarm(0);
}

static void a_reset_that_is_stopped_is_made_before_training(void **state)
{
	const struct model_ops ops = long_ops("i-autorec");
	struct training *plain = training_new("i-autorec", "k=5 lambda=2"),
			*r = training_new_with("i-autorec", "k=5 lambda=2", false, &ops);
	struct training_moment m;
	struct err e = { 0 };
	train(r, 3, 0, 0);
	atomic_store(&endless_init, true);
	must(trainer_reset(r->trainer, &e), &e);
	wait_for_the_beginning();
	must(trainer_stop(r->trainer, &e), &e);
	struct trainer_status s = rest(r);
	atomic_store(&endless_init, false);
	assert_int_equal(3, s.epoch);
	assert_int_equal(TRAINER_IDLE, s.state);
	assert_int_equal(ERR_FAILED, trainer_hold(r->trainer, &m, &e));
	s = train(r, 4, 0, 0);
	assert_int_equal(4, s.epoch);
	train(plain, 4, 0, 0);
	real *expected = theta_of(plain, NULL), *got = theta_of(r, NULL);
	same_theta(r, "after a reset that was stopped", got, expected);
	free(expected);
	free(got);
	training_free(r);
	training_free(plain);
}

/* ---- a session ---------------------------------------------------------- */

static int asked; /* whether the work is to go on */

static bool refuse_to_wait(void *ctx, const char *what, double fraction)
{
	asked++;
	assert_string_equal("preparing the model", what);
	assert_true(fraction >= 0 && fraction <= 1);
	return false;
}

static void a_model_whose_preparation_is_stopped_leaves_the_old_one(void **state)
{
	const struct model_ops ops = long_ops("u-autorec");
	struct stage *st = stage_new();
	struct trainer_status t;
	struct err e = { 0 };
	run(st, "load %/ratings.csv");
	run(st, "model i-autorec k=4");
	run(st, "train 3");
	const struct trainer *before = session_trainer(&st->session);
	const uint64_t n_models = st->session.doc.n_made;
	const struct config c = st->session.config;
	st->session.host.progress = refuse_to_wait;
	atomic_store(&endless_init, true);
	assert_int_equal(ERR_INTERRUPTED, session_set_model(&st->session, &ops, &c, NULL, &e));
	st->session.host.progress = NULL;
	assert_int_equal(1, asked);
	assert_ptr_equal(before, session_trainer(&st->session));
	assert_int_equal(n_models, st->session.doc.n_made);
	run(st, "train 2");
	trainer_status(session_trainer(&st->session), &t);
	assert_int_equal(5, t.epoch);
	stage_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_model_passes_the_gate),
		cmocka_unit_test(zeroing_can_be_called_off),
		cmocka_unit_test_setup(an_epoch_that_is_held_up_goes_on_with_the_same_bits,
				       nothing_endless),
		cmocka_unit_test_setup(a_step_finishes_what_is_held_up, nothing_endless),
		cmocka_unit_test_setup(who_saves_has_the_epoch_finished, nothing_endless),
		cmocka_unit_test_setup(a_reset_gives_a_long_epoch_up, nothing_endless),
		cmocka_unit_test_setup(the_end_gives_a_long_epoch_up, nothing_endless),
		cmocka_unit_test_setup(a_reset_that_is_stopped_is_made_before_training,
				       nothing_endless),
		cmocka_unit_test_setup(a_model_whose_preparation_is_stopped_leaves_the_old_one,
				       nothing_endless),
	};
	return cmocka_run_group_tests_name("gate", tests, write_sample, scratch_remove);
}
