# the protocol of several nodes, checked by a model of it
MODEL_TESTS = tests/model/relay.sh

TESTS += $(MODEL_TESTS)
EXTRA_DIST += $(MODEL_TESTS) tests/model/relay.pml
