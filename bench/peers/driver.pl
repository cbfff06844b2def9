# Runs the common patterns in Perl for bench/peers/run, which says what a driver is:
# driver.pl common_patterns.txt
use strict;
use warnings;
use Time::HiRes qw(clock_gettime CLOCK_PROCESS_CPUTIME_ID);

open(my $file, '<:raw', $ARGV[0]) or die "$ARGV[0]: $!\n";
my @patterns;
while (my $line = <$file>) {
  next if $line =~ /^#/;
  chomp $line;
  my (undef, $regex) = split /\t/, $line, 2;
  push @patterns, qr/$regex/i;
}
close $file;

my (@messages, @outputs);

sub run {
  @outputs = @messages;
  for my $text (@outputs) {
    for my $pattern (@patterns) { $text =~ s/$pattern/<PII>/g; }
  }
}

$| = 1;
print "ready\n";
while (my $line = <STDIN>) {
  chomp $line;
  my ($command, $argument) = split / /, $line, 2;
  if ($command eq 'load') {
    open(my $in, '<:raw', $argument) or die "$!\n";
    my $data = do { local $/; <$in> } // '';
    @messages = unpack '(V/a)*', $data;
    print 'ok ', scalar(@messages), "\n";
  } elsif ($command eq 'pass') {
    my $start = clock_gettime(CLOCK_PROCESS_CPUTIME_ID);
    run() for 1 .. $argument;
    printf "ok %.0f\n", (clock_gettime(CLOCK_PROCESS_CPUTIME_ID) - $start) * 1e9;
  } elsif ($command eq 'write') {
    run();
    open(my $out, '>:raw', $argument) or die "$!\n";
    print $out pack('(V/a)*', @outputs);
    close $out;
    print "ok\n";
  }
}
