/*
 * Steps from within a page's seal.
 */
#include "config.h"

#include "escape.h"
#include "seal.h"

const struct kind kinds[] = {{"page", seal_enter, false}};
const size_t nkinds = 1;
