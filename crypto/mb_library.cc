// SPDX-License-Identifier: Apache-2.0
#include "crypto/mb_library.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/ensure.h"

namespace jvpn {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
constexpr bool kSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool kSanitized = false;
#endif

tl::unexpected<Error> refused(const std::string& what, const std::string& why) {
  return fail("no copy of ipsec-mb: " + what + ": " + why);
}

/// Where the library lies that the program is linked with.
std::string path_of_linked() {
  Dl_info info{};
  const void* const inside = dlsym(RTLD_DEFAULT, "alloc_mb_mgr");
  ensure(inside != nullptr && dladdr(inside, &info) != 0, "the program is linked with ipsec-mb");
  return info.dli_fname;
}

/// Linux 6.3 and later may insist on a file that nobody runs as a program (vm.memfd_noexec);
/// mapping it is another matter. Earlier ones do not know the flag.
int memory_file() {
  constexpr unsigned kNoProgram = 0x8;  // MFD_NOEXEC_SEAL, which Debian 12's headers lack
  const int file = memfd_create("ipsec-mb", MFD_CLOEXEC | kNoProgram);
  return file >= 0 ? file : memfd_create("ipsec-mb", MFD_CLOEXEC);
}

/// A file in memory with the bytes of `path`; -1 and errno: none.
int file_like(const std::string& path) {
  const int from = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (from < 0) return -1;
  struct stat status {};
  const int into = memory_file();
  off_t at = 0;
  bool good = into >= 0 && fstat(from, &status) == 0;
  while (good && at < status.st_size) {
    good = sendfile(into, from, &at, static_cast<std::size_t>(status.st_size - at)) > 0;
  }
  const int error = errno;
  close(from);
  if (!good && into >= 0) close(into);
  errno = error;
  return good ? into : -1;
}

}  // namespace

MbLibrary::Shared MbLibrary::linked() {
  static const Shared only(new MbLibrary(RTLD_DEFAULT, -1));
  return only;
}

Result<MbLibrary::Shared> MbLibrary::copy() {
  if (kSanitized) return refused("programs with a sanitizer", "share one");
  const std::string path = path_of_linked();
  const int file = file_like(path);
  if (file < 0) return refused(path, std::strerror(errno));
  const std::string name = "/proc/self/fd/" + std::to_string(file);
  // Deep: what it calls of itself is its own, not the linked one's.
  void* const handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (handle == nullptr) {
    const std::string why = dlerror();
    close(file);
    return refused(path, why);
  }
  return Shared(new MbLibrary(handle, file));
}

bool MbLibrary::is_slow_when_shared() {
  return !kSanitized && imb_get_version() < IMB_VERSION(1, 4, 0);
}

MbLibrary::~MbLibrary() {
  if (file_ < 0) return;
  dlclose(handle_);
  close(file_);
}

void* MbLibrary::symbol(const std::string& name) const {
  void* const found = dlsym(handle_, name.c_str());
  ensure(found != nullptr, "every release that we build with has the functions that are asked for");
  return found;
}

}  // namespace jvpn
