// SPDX-License-Identifier: Apache-2.0
// What nearly every file of the larger libraries reads of the standard library, parsed once for
// each of them. Only meson.build names this file; sources include what they use as if it were not
// there, which every build by gcc shows.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>
