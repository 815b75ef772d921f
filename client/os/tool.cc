// SPDX-License-Identifier: Apache-2.0
#include "client/os/tool.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "client/os/file_handle.h"

namespace jvpn::client {
namespace {

constexpr int kPatienceMs = 5000;
constexpr std::size_t kMostWords = 300;  // of a tool's complaint

/// What the child starts with: input, complaints, no signal blocked.
class Setting {
 public:
  Setting(int input, int complaints) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_adddup2(&files_, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&files_, complaints, STDERR_FILENO);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
  }
  ~Setting() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;
  const posix_spawn_file_actions_t* files() const { return &files_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

/// Memory that reads like a file: the child needs no reader to get through.
FileHandle file_with(std::string_view content) {
  FileHandle file(memfd_create("jvpn-tool", MFD_CLOEXEC));
  const ssize_t written = ::write(file.get(), content.data(), content.size());
  if (written != static_cast<ssize_t>(content.size())) return FileHandle();
  lseek(file.get(), 0, SEEK_SET);
  return file;
}

std::string words_in(const FileHandle& file) {
  std::array<char, kMostWords> text{};
  const ssize_t size = pread(file.get(), text.data(), text.size(), 0);
  std::string words(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  for (char& c : words) {
    if (c == '\n') c = ' ';
  }
  words.erase(words.find_last_not_of(' ') + 1);
  return words;
}

/// Its exit code; nothing when it had to be stopped, or died of a signal.
std::optional<int> wait_for(pid_t child) {
  const FileHandle watched(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
  pollfd ended{watched.get(), POLLIN, 0};
  const bool in_time = watched.is_open() && poll(&ended, 1, kPatienceMs) == 1;
  if (!in_time) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time || !WIFEXITED(status)) return std::nullopt;
  return WEXITSTATUS(status);
}

}  // namespace

std::optional<std::string> find_tool(std::string_view name) {
  for (const char* folder : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"}) {
    std::string path = folder + std::string(name);
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return std::nullopt;
}

Result<void> run_tool(const std::vector<std::string>& command, std::string_view input) {
  const FileHandle in = file_with(input);
  const FileHandle complaints = file_with({});
  if (!in.is_open() || !complaints.is_open()) return fail(command[0] + ": no memory for its input");
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  std::array<char*, 1> environment{nullptr};
  const Setting setting(in.get(), complaints.get());
  pid_t child = 0;
  const int error = posix_spawn(&child, words[0], setting.files(), setting.attributes(),
                                words.data(), environment.data());
  if (error != 0) return fail(command[0] + ": " + std::strerror(error));
  const std::optional<int> code = wait_for(child);
  if (code == 0) return {};
  if (!code) return fail(command[0] + ": did not come to an end");
  return fail(command[0] + ": " + words_in(complaints) + " (" + std::to_string(*code) + ")");
}

}  // namespace jvpn::client
