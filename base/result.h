// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace jvpn {

/// What went wrong outside our code, in words an operator can act on: what, where, what to do.
struct Error {
  std::string what;
};

/// A value, or why there is none. gcc 12 has no std::expected; this alias is the only place that
/// knows which library stands in for it.
template <class T, class E = Error>
using Result = tl::expected<T, E>;

/// `return fail("...")` from any function that returns Result<T>.
inline tl::unexpected<Error> fail(std::string what) {
  return tl::unexpected<Error>(Error{std::move(what)});
}

/// `return fail_with(Reason::bad_proof)` where the error type is not Error.
template <class E>
tl::unexpected<E> fail_with(E error) {
  return tl::unexpected<E>(std::move(error));
}

}  // namespace jvpn
