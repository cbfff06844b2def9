#include "tools/tacet/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_format.h"

namespace tacet::cli {
namespace {

constexpr size_t kRawBlock = size_t{256} << 10;
// The longest zstd window that is accepted: 2^27 bytes, what `zstd -d` accepts without --long.
constexpr int kWindowLogMax = 27;

absl::Status Fault(const std::string& path, std::string_view what) {
  return absl::UnavailableError(absl::StrFormat("%s: %s", DisplayName(path), what));
}

// The bytes of a file as they stand there, read in blocks. A view of the current block is open to
// the decoder, which says how much of it is used.
class RawFile {
 public:
  RawFile(std::string path, int fd, bool regular)
      : path_(std::move(path)), fd_(fd), regular_(regular), block_(new char[kRawBlock]) {}
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;
  ~RawFile() {
    if (fd_ != STDIN_FILENO) close(fd_);
  }

  const std::string& path() const { return path_; }
  bool regular() const { return regular_; }
  bool at_end() const { return at_end_; }
  uint64_t taken() const { return taken_; }
  std::string_view pending() const { return {block_.get() + begin_, end_ - begin_}; }
  void Use(size_t n) { begin_ += n; }

  // Adds the next bytes of the file behind the pending ones, or finds the end.
  absl::Status Fill() {
    std::memmove(block_.get(), block_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    absl::StatusOr<size_t> n = ReadInto(block_.get() + end_, kRawBlock - end_);
    if (!n.ok()) return n.status();
    end_ += *n;
    return absl::OkStatus();
  }

  absl::StatusOr<size_t> ReadInto(char* to, size_t size) {
    ssize_t n;
    do {
      n = read(fd_, to, size);
    } while (n < 0 && errno == EINTR);
    if (n < 0) return Fault(path_, absl::StrFormat("cannot be read: %s", std::strerror(errno)));
    at_end_ = n == 0;
    taken_ += static_cast<uint64_t>(n);
    return static_cast<size_t>(n);
  }

 private:
  std::string path_;
  int fd_;
  bool regular_;
  bool at_end_ = false;
  std::unique_ptr<char[]> block_;
  size_t begin_ = 0;
  size_t end_ = 0;
  uint64_t taken_ = 0;
};

class PlainSource : public ByteSource {
 public:
  explicit PlainSource(std::unique_ptr<RawFile> file) : file_(std::move(file)) {}
  absl::StatusOr<size_t> Read(char* to, size_t size) override {
    const std::string_view pending = file_->pending();
    if (pending.empty()) return file_->at_end() ? 0 : file_->ReadInto(to, size);
    const size_t n = std::min(size, pending.size());
    std::memcpy(to, pending.data(), n);
    file_->Use(n);
    return n;
  }
  bool interactive() const override { return !file_->regular(); }
  uint64_t bytes_taken() const override { return file_->taken(); }

 private:
  std::unique_ptr<RawFile> file_;
};

class GzipSource : public ByteSource {
 public:
  explicit GzipSource(std::unique_ptr<RawFile> file) : file_(std::move(file)) {}
  ~GzipSource() override {
    if (started_) inflateEnd(&stream_);
  }

  absl::StatusOr<size_t> Read(char* to, size_t size) override {
    if (!started_) {
      // 16 + 15: gzip only, so that zlib checks the CRC and the length of each member.
      if (inflateInit2(&stream_, 16 + 15) != Z_OK) return Fault(file_->path(), "out of memory");
      started_ = true;
    }
    while (!finished_) {
      if (file_->pending().empty() && !file_->at_end()) {
        if (absl::Status status = file_->Fill(); !status.ok()) return status;
      }
      const std::string_view pending = file_->pending();
      if (between_members_) {
        absl::Status status = SkipToNextMember(pending);
        if (!status.ok()) return status;
        continue;
      }
      if (pending.empty()) {
        return Fault(file_->path(),
                     "the gzip data ends early; the file is cut off, fetch it again");
      }
      // zlib reads only, but takes a pointer that could write.
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(pending.data()));
      stream_.avail_in = static_cast<uInt>(pending.size());
      stream_.next_out = reinterpret_cast<Bytef*>(to);
      stream_.avail_out = static_cast<uInt>(std::min<size_t>(size, 1u << 30));
      const uInt room = stream_.avail_out;
      const int result = inflate(&stream_, Z_NO_FLUSH);
      file_->Use(pending.size() - stream_.avail_in);
      if (result == Z_STREAM_END) {
        between_members_ = true;
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        return Fault(file_->path(), "the gzip data is damaged; fetch the file again");
      }
      if (room != stream_.avail_out) return room - stream_.avail_out;
    }
    return 0;
  }
  bool interactive() const override { return false; }
  uint64_t bytes_taken() const override { return file_->taken(); }

 private:
  // Behind a member stands the next one, zeros up to the end (tapes are padded so), or the end.
  absl::Status SkipToNextMember(std::string_view pending) {
    if (pending.empty()) {
      finished_ = true;
      return absl::OkStatus();
    }
    const size_t zeros = std::min(pending.find_first_not_of('\0'), pending.size());
    if (zeros > 0) {
      padded_ = true;
      file_->Use(zeros);
      return absl::OkStatus();
    }
    if (padded_ || pending.front() != '\x1f') {
      return Fault(file_->path(), "other data follows the gzip data; the file is damaged");
    }
    between_members_ = false;
    inflateReset(&stream_);
    return absl::OkStatus();
  }

  std::unique_ptr<RawFile> file_;
  z_stream stream_{};
  bool started_ = false;
  bool between_members_ = false;
  bool padded_ = false;
  bool finished_ = false;
};

class ZstdSource : public ByteSource {
 public:
  explicit ZstdSource(std::unique_ptr<RawFile> file)
      : file_(std::move(file)), stream_(ZSTD_createDCtx(), &ZSTD_freeDCtx) {
    if (stream_ != nullptr) {
      ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, kWindowLogMax);
    }
  }

  absl::StatusOr<size_t> Read(char* to, size_t size) override {
    if (stream_ == nullptr) return Fault(file_->path(), "out of memory");
    ZSTD_outBuffer out{to, size, 0};
    while (out.pos == 0) {
      if (file_->pending().empty()) {
        if (absl::Status status = file_->Fill(); !status.ok()) return status;
      }
      const std::string_view pending = file_->pending();
      if (pending.empty()) {
        if (!in_frame_) return 0;
        // The decoder may still hold output of the last block.
        ZSTD_inBuffer none{nullptr, 0, 0};
        const size_t left = ZSTD_decompressStream(stream_.get(), &out, &none);
        if (!ZSTD_isError(left) && out.pos > 0) {
          in_frame_ = left != 0;
          break;
        }
        return Fault(file_->path(),
                     "the zstd data ends early; the file is cut off, fetch it again");
      }
      ZSTD_inBuffer in{pending.data(), pending.size(), 0};
      const size_t left = ZSTD_decompressStream(stream_.get(), &out, &in);
      file_->Use(in.pos);
      if (ZSTD_isError(left)) {
        return Fault(file_->path(),
                     ZSTD_getErrorCode(left) == ZSTD_error_frameParameter_windowTooLarge
                         ? "the zstd data needs a window over 128 MiB; compress it again without "
                           "--long or --ultra"
                         : "the zstd data is damaged; fetch the file again");
      }
      in_frame_ = left != 0;
    }
    return out.pos;
  }
  bool interactive() const override { return false; }
  uint64_t bytes_taken() const override { return file_->taken(); }

 private:
  std::unique_ptr<RawFile> file_;
  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> stream_;
  bool in_frame_ = true;
};

bool IsZstd(std::string_view head) {
  if (head.size() < 4) return false;
  uint32_t magic = 0;
  for (int i = 3; i >= 0; --i) magic = magic << 8 | static_cast<unsigned char>(head[i]);
  return magic == ZSTD_MAGICNUMBER ||
         (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

}  // namespace

std::string DisplayName(const std::string& path) {
  return path == kStandardInput ? "standard input" : path;
}

absl::StatusOr<std::unique_ptr<ByteSource>> ByteSource::Open(const std::string& path) {
  int fd = STDIN_FILENO;
  if (path != kStandardInput) {
    do {
      fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) return Fault(path, absl::StrFormat("cannot be opened: %s", std::strerror(errno)));
  }
  struct stat info {};
  const bool known = fstat(fd, &info) == 0;
  auto file = std::make_unique<RawFile>(path, fd, known && S_ISREG(info.st_mode));
  if (known && S_ISDIR(info.st_mode)) {
    return Fault(path, "is a directory; name the files in it");
  }
  // Four bytes tell a format; a pipe may hand them out one at a time. A first byte that begins no
  // compressed format decides at once, so that a terminal is not kept waiting.
  do {
    if (absl::Status status = file->Fill(); !status.ok()) return status;
  } while (!file->at_end() && file->pending().size() < 4 &&
           (file->pending().front() == '\x1f' || file->pending().front() == '\x28' ||
            (file->pending().front() & '\xf0') == '\x50'));
  const std::string_view head = file->pending();
  if (head.substr(0, 2) == "\x1f\x8b") return std::make_unique<GzipSource>(std::move(file));
  if (IsZstd(head)) return std::make_unique<ZstdSource>(std::move(file));
  return std::make_unique<PlainSource>(std::move(file));
}

}  // namespace tacet::cli
