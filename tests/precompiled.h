// SPDX-License-Identifier: Apache-2.0
// base/precompiled.h and GoogleTest.
#pragma once

#include <gtest/gtest.h>

#include "base/precompiled.h"
